import type { AddressFormat } from './address-state.svelte';

export type LogView = 'authentication' | 'activity';
export type LogOutcome = 'success' | 'denied' | 'error';

/** Spans back from now, in milliseconds. */
export const PERIODS = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000
} as const;
export type LogPeriod = keyof typeof PERIODS;

/** Which entries a view of the log shows (LOG-4). */
export type LogQuery = {
  search: string;
  outcome: LogOutcome | null;
  period: LogPeriod | null;
  actor: string | null;
};

const OUTCOMES: readonly LogOutcome[] = ['success', 'denied', 'error'];

/** In the address: `?search=&outcome=&period=&actor=`. */
export const logQueryFormat: AddressFormat<LogQuery> = {
  parse(params) {
    const period = params.get('period');
    return {
      search: params.get('search') ?? '',
      outcome: OUTCOMES.find((outcome) => outcome === params.get('outcome')) ?? null,
      period: period !== null && Object.hasOwn(PERIODS, period) ? (period as LogPeriod) : null,
      actor: params.get('actor')
    };
  },
  format({ search, outcome, period, actor }) {
    const params = new URLSearchParams();
    if (search.trim()) params.set('search', search.trim());
    if (outcome) params.set('outcome', outcome);
    if (period) params.set('period', period);
    if (actor) params.set('actor', actor);
    return params;
  }
};

export function isFiltered({ search, outcome, period, actor }: LogQuery): boolean {
  return search.trim() !== '' || outcome !== null || period !== null || actor !== null;
}
