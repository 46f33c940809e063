import type { LogFilter } from '../../../db/log/log-filter';
import { listChange, type ListExport } from './asked-list';

/**
 * `csv`: for spreadsheets. `jsonl`: exact bodies with what proves them (docs/log-format.md). `ocsf`: for security tools.
 */
export type ExportFormat = 'csv' | 'jsonl' | 'ocsf';

/** How long an export waits to be fetched. */
export const FETCH_SECONDS = 60;

/** Until when one that is asked for now can be fetched, ISO 8601. */
export function fetchedUntil(): string {
  return new Date(Date.now() + FETCH_SECONDS * 1000).toISOString();
}

/** What is to be exported, as it is kept until it is fetched. */
export type AskedExport = { format: ExportFormat; asked: LogFilter };

/** What is kept of any export until it is fetched. */
export type KeptExport = AskedExport | ListExport;

/** What an export is told by in the log: format and filter, or list and filter. */
export function exportChange(kept: KeptExport): { path: string; old: null; new: string }[] {
  if ('list' in kept) return listChange(kept);
  const { format, asked } = kept;
  const filter = Object.entries(asked).filter((field): field is [string, string] => field[1] !== undefined);
  return [
    { path: 'format', old: null, new: format },
    ...filter.map(([field, value]) => ({ path: `filter.${field}`, old: null, new: value }))
  ];
}
