import type { LogExportFormat } from '$lib/client/log-export.svelte';
import type { LogFilter } from '$lib/client/log-filter';
import type { Refusal } from '$lib/core/refusal';

export const EXPORT_FORMATS: readonly { id: LogExportFormat; label: string; text: string; ending: string }[] =
  [
    {
      id: 'csv',
      label: 'CSV',
      text: 'For spreadsheets, one row for each entry. Nothing in it is a formula.',
      ending: 'csv'
    },
    {
      id: 'jsonl',
      label: 'JSON Lines with proofs',
      text: 'The exact entries and what proves that nobody changed them. For auditors and programs.',
      ending: 'jsonl'
    },
    {
      id: 'ocsf',
      label: 'OCSF',
      text: 'For security tools that read the Open Cybersecurity Schema, version 1.8.0.',
      ending: 'ocsf.jsonl'
    }
  ];

const VIEWS = { authentication: 'Authentication logs', activity: 'Activity logs' } as const;
const OUTCOMES = {
  success: 'that succeeded',
  denied: 'that failed or were denied',
  error: 'that ended in an error'
} as const;

/** What a filter shows, as a sentence: "Activity logs: entries by Maya Lindqvist that succeeded, since 3 May 2026, 10:00." */
export function filterSentence(filter: LogFilter, actorName: string | null): string {
  const title = filter.view ? VIEWS[filter.view] : 'The whole log, both views';
  const parts = [
    filter.actor ? `by ${actorName ?? 'one person'}` : '',
    filter.target ? 'about one person, role or thing' : '',
    filter.outcome ? OUTCOMES[filter.outcome] : '',
    filter.action ? `of the activity ${filter.action}` : '',
    filter.ip ? `from ${filter.ip}` : '',
    filter.from ? `since ${moment(filter.from)}` : '',
    filter.to ? `until ${moment(filter.to)}` : '',
    filter.search ? `with “${filter.search}”` : ''
  ].filter(Boolean);
  return parts.length === 0 ? `${title}, every entry.` : `${title}: entries ${parts.join(', ')}.`;
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

function moment(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Why the server did not begin an export. */
export function exportRefusal(refusal: Refusal): string {
  switch (refusal.code) {
    case 'busy':
      return 'Another export of yours is under way. Wait until it ends, or stop it where you began it.';
    case 'access/permission-required':
      return 'You may see this log, but not export it.';
    case 'auth/reauthenticate':
      return 'An export needs your password. Nothing was exported.';
    default:
      return 'The server did not begin the export. Try again.';
  }
}
