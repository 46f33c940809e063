import { PERIODS, type LogQuery, type LogView } from './log-query';

/** What part of the log the server is asked for: the same fields for a list, a count and an export. */
export type LogFilter = {
  view?: LogView;
  actor?: string;
  action?: string;
  target?: string;
  outcome?: 'success' | 'denied' | 'error';
  ip?: string;
  /** ISO 8601. */
  from?: string;
  to?: string;
  search?: string;
};

/** What a view shows, as it is asked for; a span back from now begins at `now`. */
export function logFilter(
  view: LogView,
  { search, outcome, period, actor }: LogQuery,
  now: number
): LogFilter {
  const text = search.trim();
  return {
    view,
    ...(text ? { search: text } : {}),
    ...(outcome ? { outcome } : {}),
    ...(actor ? { actor } : {}),
    ...(period ? { from: new Date(now - PERIODS[period]).toISOString() } : {})
  };
}
