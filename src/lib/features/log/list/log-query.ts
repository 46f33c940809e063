import { validate as isUuid } from 'uuid';
import type { AddressFormat } from '$lib/ui/address-state.svelte';

export type LogView = 'authentication' | 'activity';
export type LogOutcome = 'success' | 'denied' | 'error';

/** Spans back from now, in milliseconds. */
const PERIODS = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  quarter: 91 * 86_400_000
} as const;
export type LogPeriod = keyof typeof PERIODS;

/** Filter of a view of the log (LOG-4). */
export type LogFilter = {
  search: string;
  outcome: LogOutcome | null;
  /** Back from now; or from one moment to another, which goes before it. */
  period: LogPeriod | null;
  /** ISO 8601, both included. */
  from: string | null;
  to: string | null;
  actor: string | null;
  action: string | null;
  target: string | null;
  ip: string | null;
  /** Id of the permission. */
  permission: string | null;
};

/** State in the address of a log page: a filter, and the entry that is open; null when none is. */
export type LogQuery = LogFilter & { entry: number | null };

export const NO_FILTER: LogFilter = {
  search: '',
  outcome: null,
  period: null,
  from: null,
  to: null,
  actor: null,
  action: null,
  target: null,
  ip: null,
  permission: null
};

const OUTCOMES: readonly LogOutcome[] = ['success', 'denied', 'error'];

/**
 * The query in the address: `?search=&outcome=&period=&from=&to=&actor=&action=&target=&ip=&permission=&entry=`. What
 * makes no sense is left out.
 */
export const logQueryFormat: AddressFormat<LogQuery> = {
  parse(params) {
    // No text holds a zero character: whoever put one here looks for nothing.
    const text = (key: string, most: number) => params.get(key)?.replaceAll('\0', '').slice(0, most) || null;
    const period = params.get('period');
    const actor = params.get('actor');
    const entry = Number(params.get('entry'));
    return {
      search: text('search', 200) ?? '',
      outcome: OUTCOMES.find((outcome) => outcome === params.get('outcome')) ?? null,
      period: period !== null && Object.hasOwn(PERIODS, period) ? (period as LogPeriod) : null,
      from: moment(params.get('from')),
      to: moment(params.get('to')),
      actor: actor !== null && isUuid(actor) ? actor : null,
      action: text('action', 80),
      target: text('target', 120),
      ip: text('ip', 64),
      permission: text('permission', 120),
      entry: Number.isSafeInteger(entry) && entry > 0 ? entry : null
    };
  },
  format({ search, entry, ...others }) {
    const params = new URLSearchParams();
    if (search.trim()) params.set('search', search.trim());
    for (const key of [
      'outcome',
      'period',
      'from',
      'to',
      'actor',
      'action',
      'target',
      'ip',
      'permission'
    ] as const) {
      const value = others[key];
      if (value) params.set(key, value);
    }
    if (entry !== null) params.set('entry', String(entry));
    return params;
  }
};

function moment(text: string | null): string | null {
  const at = text === null ? NaN : Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

export function isFiltered(query: LogFilter): boolean {
  const { search, ...others } = filterOf(query);
  return search.trim() !== '' || Object.values(others).some((value) => value !== null);
}

/** A query without the entry that is open. */
export function filterOf({
  search,
  outcome,
  period,
  from,
  to,
  actor,
  action,
  target,
  ip,
  permission
}: LogFilter): LogFilter {
  return { search, outcome, period, from, to, actor, action, target, ip, permission };
}

/** The input that the procedures of the log take, of a filter as it is at one moment. */
export function logInput(view: LogView, filter: LogFilter, now: number) {
  const { period, from, to, search, ...exact } = filterOf(filter);
  const since =
    from ?? (period === null || to !== null ? null : new Date(now - PERIODS[period]).toISOString());
  const given = { ...exact, search: search.trim() || null, from: since, to };
  const set = Object.entries(given).filter(([, value]) => value !== null);
  return {
    view,
    ...(Object.fromEntries(set) as { [K in keyof typeof given]?: NonNullable<(typeof given)[K]> })
  };
}
