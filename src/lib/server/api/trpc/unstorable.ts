/** No input is nested deeper: what is, its schema refuses. */
const DEEPEST = 16;

/** Passwords are hashed, never stored: any character goes. */
const HASHED = /(^|\.)(password|current)$/;

/**
 * Path in an input of what can neither be stored nor logged, whatever its field is: half a character (a lone
 * surrogate), a zero character, which Postgres has none of, or a field `__proto__`, which schemas pass over without a
 * word. Null when there is none.
 */
export function unstorableAt(value: unknown, path = '', depth = 0): string | null {
  if (typeof value === 'string') {
    const fits = value.isWellFormed() && (!value.includes('\0') || HASHED.test(path));
    return fits ? null : path || 'input';
  }
  if (value === null || typeof value !== 'object' || depth > DEEPEST) return null;
  for (const [key, member] of Object.entries(value)) {
    const isKey = key.isWellFormed() && !key.includes('\0');
    const place = path ? `${path}.${key}` : key;
    if (key === '__proto__') return place;
    const at = isKey ? unstorableAt(member, place, depth + 1) : path || 'input';
    if (at !== null) return at;
  }
  return null;
}
