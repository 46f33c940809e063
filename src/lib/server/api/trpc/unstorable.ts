/** No input is nested deeper: what is, its schema refuses. */
const DEEPEST = 16;

/** Passwords are hashed, never stored: any character goes. */
const HASHED = /(^|\.)(password|current)$/;

/**
 * Path in an input of a text that can neither be stored nor logged, whatever its field is: half a character (a lone
 * surrogate), or a zero character, which Postgres has none of. Null when there is none.
 */
export function unstorableAt(value: unknown, path = '', depth = 0): string | null {
  if (typeof value === 'string') {
    const fits = value.isWellFormed() && (!value.includes('\0') || HASHED.test(path));
    return fits ? null : path || 'input';
  }
  if (value === null || typeof value !== 'object' || depth > DEEPEST) return null;
  for (const [key, member] of Object.entries(value)) {
    const isKey = key.isWellFormed() && !key.includes('\0');
    const at = isKey ? unstorableAt(member, path ? `${path}.${key}` : key, depth + 1) : path || 'input';
    if (at !== null) return at;
  }
  return null;
}
