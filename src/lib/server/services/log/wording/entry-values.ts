import type { EntryDoc } from '../../../db/log/audit-schema';

// What entries say, for whoever puts them into words.

/** The new value of a change; undefined when the entry says nothing of it. */
export function valueOf(doc: EntryDoc, path: string): unknown {
  return doc.change.find((change) => change.path === path)?.new;
}

/** The permissions that were ticked and unticked. */
export function ticks(doc: EntryDoc): { on: string[]; off: string[] } {
  const change = doc.change.find(({ path }) => path === 'permissions');
  const ids = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return { on: ids(change?.new), off: ids(change?.old) };
}

/** What the target is called. */
export function targetName(doc: EntryDoc): string {
  return doc.target.name ?? doc.target.id;
}

const EXPORT_FORMATS: Record<string, string> = { csv: 'CSV', jsonl: 'JSON Lines', ocsf: 'OCSF' };

/** The format of an export. */
export function exportFormat(doc: EntryDoc): string {
  const format = String(valueOf(doc, 'format') ?? '');
  return EXPORT_FORMATS[format] ?? format;
}

/** "412 tries to sign in from 4 addresses until 22:14 UTC"; which addresses is personal data and stands beside the entry. */
export function refusedTries(doc: EntryDoc): string {
  const [tries, addresses] = [Number(valueOf(doc, 'tries')), Number(valueOf(doc, 'addresses'))];
  const until = String(valueOf(doc, 'until')).slice(11, 16);
  return `${tries} ${tries === 1 ? 'try' : 'tries'} to sign in from ${addresses} ${addresses === 1 ? 'address' : 'addresses'} until ${until} UTC`;
}
