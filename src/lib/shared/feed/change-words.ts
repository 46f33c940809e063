import { counted } from '$lib/ui/counted';

/** Fields of a route, of which `*` stands for any. */
const ANY: Record<string, string> = { method: 'Any method', host: 'Any host' };

/** Value of a field in words that name the field too; null of one that takes its label. */
export function anyWords(path: string, value: unknown): string | null {
  return value === '*' && Object.hasOwn(ANY, path) ? (ANY[path] ?? null) : null;
}

/** One side of a change of a field, as somebody reads it; "" of nothing. */
export function valueWords(
  path: string,
  value: unknown,
  nameOf: (id: string) => string = (id) => id
): string {
  return anyWords(path, value) ?? plainWords(value, nameOf);
}

function plainWords(value: unknown, nameOf: (id: string) => string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return nameOf(value);
  if (typeof value === 'number') return counted(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((each) => plainWords(each, nameOf)).join(', ');
  return JSON.stringify(value);
}

/** The same where there is little room: of a key its last letters, of the database its number. */
export function shortWords(path: string, value: unknown, nameOf?: (id: string) => string): string {
  if (path === 'vkey' && typeof value === 'string') return `…${(value.split('+')[1] ?? value).slice(-6)}`;
  const version = path === 'structure' && typeof value === 'string' ? /^\d+/.exec(value)?.[0] : undefined;
  return version === undefined ? valueWords(path, value, nameOf) : `version ${Number(version)}`;
}

/** A list that grew or shrank reads as what came and what went; anything else as before and after. */
export function isDifference(path: string, old: unknown, value: unknown): boolean {
  return path === 'permissions' && Array.isArray(old) && Array.isArray(value);
}
