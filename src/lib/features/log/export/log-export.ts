import { api } from '$lib/client/api/api';
import { ExportJob } from '$lib/shared/export/export-job.svelte';
import type { logInput } from '../list/log-query';

/** Part of the log, as the server is asked for it; empty for all of it. */
export type LogPart = Partial<ReturnType<typeof logInput>>;

export type LogExportFormat = 'csv' | 'jsonl' | 'ocsf';

/** An export of a part of the log. */
export function logExport(): ExportJob<LogPart & { format: LogExportFormat }> {
  return new ExportJob({ begin: (asked) => api.log.export.mutate(asked) });
}

/** Number of entries that a filter shows; null when that takes too long to count, or the server does not answer. */
export async function countLogEntries(filter: LogPart): Promise<number | null> {
  try {
    return (await api.log.count.query(filter)).entries;
  } catch {
    return null;
  }
}
