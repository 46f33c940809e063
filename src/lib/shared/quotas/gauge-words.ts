import type { Stop } from '$lib/core/quotas/stops';
import type { CapUsage } from '$lib/core/quotas/cap-usage';
import { CAPS, type CapId } from '$lib/core/quotas/caps';
import { clockTime } from '$lib/ui/axis-time';
import { counted } from '$lib/ui/counted';

// How gauges speak. Times are in the zone of the installation: its days end there.

export type Clock = { now: Date; timeZone: string; locale?: string };

const DAY_MS = 86_400_000;

export function capLabel(cap: CapId): string {
  return CAPS.find(({ id }) => id === cap)!.label;
}

/** "33.6k", "1.2M", "640". */
export function shortNumber(value: number): string {
  return value < 10_000
    ? counted(value)
    : new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** "33,610 of 40,000", "640, no limit". */
export function usedWords({ used, held, limit }: Pick<CapUsage, 'used' | 'held' | 'limit'>): string {
  const taken = counted(used + held);
  return limit === 'unlimited' ? `${taken}, no limit` : `${taken} of ${counted(limit)}`;
}

/** "16:40" of today, "Sun 09:00" within a week, "1 Dec, 00:00" after that. */
export function momentWords(iso: string, clock: Clock): string {
  return momentOf(iso, clock).words;
}

/** Words of a moment; `today`: they are a time of the day alone. */
function momentOf(iso: string, { now, timeZone, locale }: Clock): { words: string; today: boolean } {
  const at = Date.parse(iso);
  const clock = clockTime(at, { timeZone, ...(locale === undefined ? {} : { locale }) });
  const day = (time: number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(time);
  const date: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (day(at, date) === day(now.getTime(), date) && Math.abs(at - now.getTime()) < 2 * DAY_MS)
    return { words: clock, today: true };
  const isNear = at > now.getTime() && at - now.getTime() < 6 * DAY_MS;
  const words = isNear ? `${day(at, { weekday: 'short' })} ${clock}` : `${day(at, date)}, ${clock}`;
  return { words, today: false };
}

/** Source of a limit: "Platform", "Package Growth", "Set for Lena"; "Platform, watched" where it refuses nothing. */
export function sourceWords(
  { source, shadow }: Pick<CapUsage, 'source' | 'shadow'>,
  firstName: string,
  packageName: string | null = null
): string {
  const from =
    source === 'platform'
      ? 'Platform'
      : source === 'package'
        ? `Package ${packageName ?? ''}`.trim()
        : `Set for ${firstName}`;
  return shadow ? `${from}, watched` : from;
}

/** Title and detail for what stops sending first. */
export function stopWords(stop: Stop, clock: Clock): { title: string; detail: string | null } {
  switch (stop.kind) {
    case 'full':
      return {
        title: `${capLabel(stop.cap)} reached`,
        detail: stop.freesAt === null ? 'Nothing can be sent' : `Free again ${atWords(stop.freesAt, clock)}`
      };
    case 'foretold':
      return {
        title: `${capLabel(stop.cap)}, ${momentWords(stop.at, clock)}`,
        detail: 'At the pace of the last hour'
      };
    case 'near':
      return { title: `${capLabel(stop.cap)}, ${Math.floor(stop.part)} %`, detail: 'Near the limit' };
    case 'raised':
      return { title: `Raise ends ${atWords(stop.until, clock)}`, detail: capLabel(stop.cap) };
    case 'paused': {
      const { until, by, reason } = stop.pause;
      return {
        title: until === null ? 'Paused' : `Paused until ${momentWords(until, clock)}`,
        detail: `${by}: ${reason}`
      };
    }
    case 'suspended':
      return { title: 'Suspended', detail: 'Sends nothing until reactivated' };
    case 'closed':
      return { title: 'Closed', detail: 'Sends nothing any more' };
    case 'none':
      return { title: 'Not today', detail: null };
    case 'never':
      return { title: 'Never', detail: 'No limit' };
  }
}

/** Forecast for one cap: "reaches the limit at 16:40", "free again at 00:00"; null: nothing worth a word. */
export function comingWords(cap: CapId, usage: CapUsage, clock: Clock): string | null {
  const { limit, used, held, forecastAt, resetsAt, raise, shadow } = usage;
  const parts: string[] = [];
  if (shadow) {
    if (limit !== 'unlimited') parts.push(...watchedWords(usage, clock));
  } else if (limit !== 'unlimited' && cap !== 'threads') {
    if (limit - used - held <= 0)
      parts.push(resetsAt === null ? 'nothing can be sent' : `free again ${atWords(resetsAt, clock)}`);
    else if (forecastAt !== null) parts.push(`reaches the limit ${atWords(forecastAt, clock)}`);
    else if (cap !== 'hourly' && resetsAt !== null) parts.push(`begins again ${atWords(resetsAt, clock)}`);
  }
  if (raise) parts.push(`raised by ${counted(raise.amount)} until ${momentWords(raise.until, clock)}`);
  return parts.length === 0 ? null : parts.join(', ');
}

/** Words of a cap that refuses nothing: "would reach the limit at 16:40", "would have stopped 120 in 24 hours". */
function watchedWords({ forecastAt, shadow }: CapUsage, clock: Clock): string[] {
  const over = shadow?.over ?? 0;
  return [
    ...(forecastAt === null ? [] : [`would reach the limit ${atWords(forecastAt, clock)}`]),
    over === 0 ? 'watched only' : `would have stopped ${counted(over)} in 24 hours`
  ];
}

/** "at 16:40", "on Sun 09:00". */
export function atWords(iso: string, clock: Clock): string {
  const { words, today } = momentOf(iso, clock);
  return today ? `at ${words}` : `on ${words}`;
}
