/** One side of a change, as somebody reads it; "" of nothing. */
export function valueWords(value: unknown, nameOf: (id: string) => string = (id) => id): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return nameOf(value);
  if (typeof value === 'number') return value.toLocaleString();
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((each) => valueWords(each, nameOf)).join(', ');
  return JSON.stringify(value);
}

/** A list that grew or shrank reads as what came and what went; anything else as before and after. */
export function isDifference(path: string, old: unknown, value: unknown): boolean {
  return path === 'permissions' && Array.isArray(old) && Array.isArray(value);
}
