import type { LogFilter } from '../../../db/log/log-filter';

/**
 * `csv`: for spreadsheets. `jsonl`: exact bodies with what proves them (docs/log-format.md). `ocsf`: for security tools.
 */
export type ExportFormat = 'csv' | 'jsonl' | 'ocsf';

/** How long an export waits to be fetched. */
export const FETCH_SECONDS = 60;

/** What is to be exported, as it is kept until it is fetched. */
export type AskedExport = { format: ExportFormat; asked: LogFilter };

/** What an export is told by in the log: format and filter. */
export function exportChange({ format, asked }: AskedExport): { path: string; old: null; new: string }[] {
  const filter = Object.entries(asked).filter((field): field is [string, string] => field[1] !== undefined);
  return [
    { path: 'format', old: null, new: format },
    ...filter.map(([field, value]) => ({ path: `filter.${field}`, old: null, new: value }))
  ];
}
