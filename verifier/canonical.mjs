/**
 * The one way to write a value of an entry's body (RFC 8785, with whole numbers up to 2^53 − 1 alone).
 * @param {unknown} value
 * @returns {string}
 */
export function canonical(value) {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('ill-formed text');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`the number ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = /** @type {Record<string, unknown>} */ (value);
  const keys = Object.keys(members).sort();
  return `{${keys.map((key) => `${canonical(key)}:${canonical(members[key])}`).join(',')}}`;
}
