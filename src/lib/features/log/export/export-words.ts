import type { LogExportFormat, LogPart } from './log-export.svelte';
import type { Refusal } from '$lib/core/access/refusal';

export const EXPORT_FORMATS: readonly { id: LogExportFormat; label: string; text: string; ending: string }[] =
  [
    {
      id: 'csv',
      label: 'CSV',
      text: 'For spreadsheets: one row per entry. Formulas are neutralised.',
      ending: 'csv'
    },
    {
      id: 'jsonl',
      label: 'JSON Lines with proofs',
      text: 'The exact entries with proof that they were not changed. For auditors and tools.',
      ending: 'jsonl'
    },
    {
      id: 'ocsf',
      label: 'OCSF',
      text: 'For security tools that use the Open Cybersecurity Schema Framework 1.8.0.',
      ending: 'ocsf.jsonl'
    }
  ];

const VIEWS = { authentication: 'Authentication logs', activity: 'Activity logs' } as const;
/** What is exported, as a sentence: "Activity logs, the entries that fit “billing”, Omar Haddad, Last 7 days." */
export function filterSentence({ view, search }: LogPart, labels: readonly string[]): string {
  if (view === undefined) return 'The whole log, both views, every entry.';
  const fits = [...(search === undefined ? [] : [`“${search}”`]), ...labels];
  return fits.length === 0
    ? `${VIEWS[view]}, every entry.`
    : `${VIEWS[view]}, entries that match ${fits.join(', ')}.`;
}

/** "1,204 entries, 3.4 MB" */
export function amount(entries: number, bytes: number): string {
  return `${entriesOf(entries)}, ${size(bytes)}`;
}

export function entriesOf(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'entry' : 'entries'}`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

function size(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} ${UNITS[unit]!}`;
}

/** Why the server did not begin an export. */
export function exportRefusal(refusal: Refusal): string {
  switch (refusal.code) {
    case 'busy':
      return 'Another of your exports is running. Wait for it to finish, or stop it where you started it.';
    case 'access/permission-required':
      return 'You can view this log but not export it.';
    case 'auth/reauthenticate':
      return 'An export requires your password. Nothing was exported.';
    default:
      return 'The server couldn’t start the export. Try again.';
  }
}
