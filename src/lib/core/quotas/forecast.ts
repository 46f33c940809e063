import { remainingOf, type Gauge } from './binding';

const HOUR_MS = 3_600_000;
/** Share of a cap from which it is called near, in percent (QUO-6). */
export const NEAR = 80;

/**
 * Time at which a day's or a month's cap is reached if as much goes on being sent as in the last hour, ISO 8601.
 * Null: it is reached already, or not before it frees itself; of an hour and of threads, which free themselves as
 * fast as they fill.
 */
export function forecastOf(gauge: Gauge, usedLastHour: number, now: Date): string | null {
  if (gauge.cap !== 'daily' && gauge.cap !== 'monthly') return null;
  const remaining = remainingOf(gauge);
  if (remaining === 'unlimited' || remaining === 0 || usedLastHour === 0 || gauge.resetsAt === null)
    return null;
  const at = now.getTime() + (remaining / usedLastHour) * HOUR_MS;
  return at < Date.parse(gauge.resetsAt) ? new Date(at).toISOString() : null;
}

/** True if so much of a cap is used or held that its owner should know. */
export function isNear({ limit, used, held }: Gauge): boolean {
  return limit !== 'unlimited' && used + held > 0 && (used + held) * 100 >= limit * NEAR;
}
