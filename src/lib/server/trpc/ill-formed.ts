/**
 * Where in an input there is text with half a character (a lone surrogate), as a path; null when there is none. No such text can be
 * stored, hashed or logged: it is refused at the edge, whatever its field is.
 */
export function illFormedAt(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : path || 'input';
  if (value === null || typeof value !== 'object') return null;
  for (const [key, member] of Object.entries(value)) {
    const at = key.isWellFormed() ? illFormedAt(member, path ? `${path}.${key}` : key) : path || 'input';
    if (at !== null) return at;
  }
  return null;
}
