import { clockOptions } from '$lib/ui/clock-options';
import type { LogChartAnswer } from './log-chart.svelte';

export type PeriodBar = {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  ok: number;
  failed: number;
  /** Heights, as shares of the largest: 0 to 1. */
  up: number;
  down: number;
  /** Not counted: too many entries may fit. */
  unknown: boolean;
};

/** Every step of a chart, those without entries included. */
export function periodBars({ from, to, step, bars, since }: LogChartAnswer): PeriodBar[] {
  const start = Date.parse(from);
  const width = step * 1000;
  const count = Math.max(1, Math.round((Date.parse(to) - start) / width));
  const byStep = new Map(bars.map((bar) => [Math.round((Date.parse(bar.at) - start) / width), bar]));
  const most = Math.max(1, ...bars.map(({ ok }) => ok));
  const mostFailed = Math.max(1, ...bars.map(({ failed }) => failed));
  const known = since === null ? -Infinity : Date.parse(since);
  return Array.from({ length: count }, (_, index) => {
    const { ok = 0, failed = 0 } = byStep.get(index) ?? {};
    const begin = start + index * width;
    return {
      from: begin,
      to: begin + width,
      ok,
      failed,
      up: share(ok, most),
      down: share(failed, mostFailed),
      unknown: begin + width <= known
    };
  });
}

/** Anything that happened can be seen. */
function share(value: number, of: number): number {
  return value === 0 ? 0 : Math.max(0.06, value / of);
}

/** "22 Nov, 14:00 to 15:00", as exact as the step needs it. */
export function spanWords(from: number, to: number, step: number, locale?: string): string {
  const timed = step < 86_400;
  const day = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(step >= 28 * 86_400 ? { year: 'numeric' } : {})
  });
  const clock = new Intl.DateTimeFormat(locale, {
    ...clockOptions(locale),
    ...(step < 60 ? { second: '2-digit' } : {})
  });
  // The end is not part of it: a day ends on its own date.
  const last = timed ? to : to - 1;
  const sameDay = day.format(from) === day.format(last);
  if (!timed) return sameDay ? day.format(from) : `${day.format(from)} to ${day.format(last)}`;
  const begin = `${day.format(from)}, ${clock.format(from)}`;
  return sameDay ? `${begin} to ${clock.format(to)}` : `${begin} to ${day.format(to)}, ${clock.format(to)}`;
}
