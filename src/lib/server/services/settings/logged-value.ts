import type { FieldValue } from '../../../core/access/refusal';
import { sha256 } from '../../auth/token';

const PICTURES: ReadonlySet<string> = new Set(['branding.logo', 'brandLogo']);

/** A field as the log and an answer say it: a picture by its kind, size and hash. */
export function loggedValue(path: string, value: unknown): FieldValue {
  if (!PICTURES.has(path) || typeof value !== 'string') return value as FieldValue;
  const kind = value.slice('data:'.length, value.indexOf(';'));
  return `${kind}, ${value.length} characters, ${sha256(value).toString('hex').slice(0, 16)}`;
}
