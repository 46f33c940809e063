import type { CapUsage } from './cap-usage';
import type { CapId } from './caps';
import { remainingOf } from './binding';
import { NEAR } from './forecast';

// How a gauge is drawn. Parts are from 0 to 100, of the cap in force.

/** Shares of a cap at which alerts are sent unless the settings say otherwise, in percent. */
export const MARKS: readonly [number, number] = [NEAR, 90];

/**
 * `none`: there is no limit. `stopped`: nothing more fits. `warn`: four fifths are used. `unknown`: nobody knows at
 * this moment.
 */
export type GaugeTone = 'used' | 'warn' | 'stopped' | 'paused' | 'unknown' | 'none';

export type GaugeLook = {
  tone: GaugeTone;
  /** Used and held. */
  used: number;
  /** Forecast for the end of the window, from 0 to 100; null: nothing is foretold. */
  forecast: number | null;
  /** The cap is reached before its window ends. */
  runsFull: boolean;
  /** Limit before the cap was raised for a while, in percent of today's; null: it was not raised. */
  base: number | null;
  /** It refuses nothing. */
  watched: boolean;
};

type Given = {
  /** Units of the last hour. */
  lastHour: number;
  /** Milliseconds since 1970. */
  now: number;
  /** False without a connection: then nobody knows. */
  known?: boolean;
};

/** Share of a limited cap that is used and held, from 0 to 100; null: it has no limit. */
export function partUsed({ limit, used, held }: Pick<CapUsage, 'limit' | 'used' | 'held'>): number | null {
  if (limit === 'unlimited') return null;
  if (limit === 0) return 100;
  return Math.min(100, ((used + held) / limit) * 100);
}

/** True when nothing more fits into a cap. One that is only watched stops nothing. */
export function isFull({ shadow, ...usage }: Pick<CapUsage, 'limit' | 'used' | 'held' | 'shadow'>): boolean {
  return shadow === undefined && remainingOf(usage) === 0;
}

/** @param cap an hour frees itself minute by minute: nothing is foretold of it */
export function gaugeLook(cap: CapId, usage: CapUsage, { lastHour, now, known = true }: Given): GaugeLook {
  const { limit, paused, raise } = usage;
  const used = partUsed(usage);
  if (used === null || limit === 'unlimited')
    return { tone: 'none', used: 0, forecast: null, runsFull: false, base: null, watched: false };
  const calendar = cap === 'daily' || cap === 'monthly';
  const forecast = calendar ? forecastPart(usage, limit, lastHour, now) : null;
  const moves = known && !paused;
  return {
    tone: !known ? 'unknown' : paused ? 'paused' : isFull(usage) ? 'stopped' : used >= NEAR ? 'warn' : 'used',
    used,
    forecast: moves && forecast !== null && forecast > used ? forecast : null,
    runsFull: moves && usage.forecastAt !== null,
    watched: usage.shadow !== undefined,
    base: raise ? Math.max(0, ((limit - raise.amount) / limit) * 100) : null
  };
}

/**
 * Forecast for the end of a day or a month, from 0 to 100, should as much go on being sent as in the last hour;
 * null: none.
 */
function forecastPart(
  { used, held, resetsAt, forecastAt }: CapUsage,
  limit: number,
  lastHour: number,
  now: number
) {
  if (forecastAt !== null) return 100;
  if (resetsAt === null || lastHour === 0 || limit === 0 || used < lastHour) return null;
  const hours = Math.max(0, Date.parse(resetsAt) - now) / 3_600_000;
  return Math.min(100, ((used + held + lastHour * hours) / limit) * 100);
}
