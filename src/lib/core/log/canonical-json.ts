/** Value in an entry's body: no fractions, no numbers beyond 2^53 − 1, only well-formed text. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/**
 * RFC 8785 (JCS) text of a restricted JSON value: keys in UTF-16 order, integers only. `undefined` members are left
 * out.
 * @throws TypeError on a fraction, an unsafe integer, a non-finite number or ill-formed Unicode.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`not a safe integer: ${value}`);
    // RFC 8785 writes negative zero as 0, and so does JSON.stringify.
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('ill-formed Unicode');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  // The default sort compares UTF-16 code units, as RFC 8785 3.2.3 asks.
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${canonicalJson(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}
