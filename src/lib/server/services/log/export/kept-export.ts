import type { LogFilter } from '../../../db/log/log-filter';
import { listChange, type ListExport } from './list-export';

/**
 * `csv`: for spreadsheets. `jsonl`: exact bodies with what proves them (docs/log-format.md). `ocsf`: for security
 * tools.
 */
export type ExportFormat = 'csv' | 'jsonl' | 'ocsf';

/** Time an export stays available to be fetched, in seconds. */
export const FETCH_SECONDS = 60;

/** The time until which one that is asked for now can be fetched, ISO 8601. */
export function fetchedUntil(): string {
  return new Date(Date.now() + FETCH_SECONDS * 1000).toISOString();
}

/** Order of an export, as it is kept until it is fetched. */
export type LogExport = { format: ExportFormat; asked: LogFilter };

/** Order of any export, of the log or of a list, as it is kept until it is fetched. */
export type KeptExport = LogExport | ListExport;

/** Changes by which the log describes an export: format and filter, or list and filter. */
export function exportChange(kept: KeptExport): { path: string; old: null; new: string }[] {
  if ('list' in kept) return listChange(kept);
  const { format, asked } = kept;
  const filter = Object.entries(asked).filter((field): field is [string, string] => field[1] !== undefined);
  return [
    { path: 'format', old: null, new: format },
    ...filter.map(([field, value]) => ({ path: `filter.${field}`, old: null, new: value }))
  ];
}
