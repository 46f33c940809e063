import type { LogExportFormat, LogPart } from './log-export';
import type { Refusal } from '$lib/core/access/refusal';
import { exportRefusal } from '$lib/shared/export/export-words';
import { counted } from '$lib/ui/counted';

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
/** Entries to export, as a sentence: "Activity logs, entries that match “billing”, Omar Haddad, Last 7 days." */
export function filterSentence({ view, search }: LogPart, labels: readonly string[]): string {
  if (view === undefined) return 'The whole log, both views, every entry.';
  const fits = [...(search === undefined ? [] : [`“${search}”`]), ...labels];
  return fits.length === 0
    ? `${VIEWS[view]}, every entry.`
    : `${VIEWS[view]}, entries that match ${fits.join(', ')}.`;
}

/** "1,204 entries" */
export function entriesOf(count: number): string {
  return `${counted(count)} ${count === 1 ? 'entry' : 'entries'}`;
}

/** Reason the server did not begin an export of the log. */
export function logExportRefusal(refusal: Refusal): string {
  switch (refusal.code) {
    case 'access/permission-required':
      return 'You can view this log but not export it.';
    default:
      return exportRefusal(refusal);
  }
}
