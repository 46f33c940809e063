import type { CapUsage, CapUsages } from '$lib/core/quotas/cap-usage';
import type { CapId } from '$lib/core/quotas/caps';
import { counted } from '$lib/ui/counted';
import { atWords, type Clock } from '../quotas/gauge-words';

/** Usage of a cap with a raise; null: it has no limit to raise. */
export function raisedUsage(usage: CapUsage, amount: number, until: string): CapUsage | null {
  if (usage.limit === 'unlimited') return null;
  return {
    ...usage,
    limit: usage.limit + amount,
    forecastAt: null,
    raise: { amount: (usage.raise?.amount ?? 0) + amount, until }
  };
}

/** Effect of a raise, in sentences; the last one says what happens when it ends. */
export function raiseSentences(
  { caps, cap, until }: { caps: CapUsages; cap: CapId; until: string },
  clock: Clock
): string[] {
  const { limit, used, held, forecastAt } = caps[cap];
  if (limit === 'unlimited') return [];
  const sentences: string[] = [];
  if (forecastAt !== null) sentences.push(`Without it, the limit is reached ${atWords(forecastAt, clock)}.`);
  else if (limit - used - held <= 0) sentences.push('Sending can go on immediately.');
  const then = expectedAt(caps, cap, until, clock.now);
  const ends = atWords(until, clock);
  sentences.push(`${ends.charAt(0).toUpperCase()}${ends.slice(1)} the limit is ${counted(limit)} again.`);
  if (then !== null && then >= limit)
    sentences.push(
      `At this pace about ${counted(Math.round(then))} will be used by then: sending stops until the count begins again.`
    );
  return sentences;
}

/**
 * Units used by the end of the raise, at the pace of the last hour; null: the count begins again before, or nothing
 * is sent.
 */
function expectedAt(caps: CapUsages, cap: CapId, until: string, now: Date): number | null {
  const { used, held, resetsAt } = caps[cap];
  if (cap === 'hourly' || cap === 'threads' || caps.hourly.used === 0) return null;
  if (resetsAt === null || until >= resetsAt) return null;
  return used + held + caps.hourly.used * ((Date.parse(until) - now.getTime()) / 3_600_000);
}

/** End of a raise: in an hour, in four, with the day, or at a time that is typed (`other`). */
export type RaiseEnd = 'hour' | 'hours' | 'day' | 'other';

/** The moment of a choice, ISO 8601; null: it cannot be read. `typed`: of a field for local date and time. */
export function endOf(
  end: RaiseEnd,
  { now, dayEnds, typed }: { now: Date; dayEnds: string | null; typed: string }
): string | null {
  if (end === 'hour') return new Date(now.getTime() + 3_600_000).toISOString();
  if (end === 'hours') return new Date(now.getTime() + 4 * 3_600_000).toISOString();
  if (end === 'day') return dayEnds;
  const at = Date.parse(typed);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
