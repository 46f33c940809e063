import type { SignInHour } from '$lib/features/log/chart/sign-in-chart.svelte';

export type Bar = { x: number; y: number; width: number; height: number };
export type ChartBars = { width: number; ok: (Bar | null)[]; failed: (Bar | null)[] };

/** Pixels: height of all, the line that both sides start from, and the room on each side. */
export const CHART_HEIGHT = 64;
const ZERO = 45;
const UP = 42;
const DOWN = 16;
const PITCH = 20;
const BAR = 8;
/** Anything that happened can be seen. */
const LEAST = 2;

/** Successes up, failures down, on one scale each, so that a few failures do not vanish beside many sign-ins. */
export function chartBars(hours: readonly SignInHour[]): ChartBars {
  const most = Math.max(1, ...hours.map(({ ok }) => ok));
  const mostFailed = Math.max(4, ...hours.map(({ failed }) => failed));
  const x = (index: number) => index * PITCH + (PITCH - BAR) / 2;
  const size = (value: number, of: number, room: number) => Math.max(LEAST, (value / of) * room);
  return {
    width: hours.length * PITCH,
    ok: hours.map(({ ok }, index) => {
      if (ok === 0) return null;
      const height = size(ok, most, UP);
      return { x: x(index), y: ZERO - 1 - height, width: BAR, height };
    }),
    failed: hours.map(({ failed }, index) =>
      failed === 0 ? null : { x: x(index), y: ZERO + 2, width: BAR, height: size(failed, mostFailed, DOWN) }
    )
  };
}
