import type { EntryDoc } from '../../db/audit-schema';

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
