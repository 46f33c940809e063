import type { KeyProblem } from './keys';

/**
 * Outcome of a call with a key of an application: it was let through, its key was not taken, it was one too many
 * of a minute; or, besides being let through, its application lacks the permission, or a proxy asked about a route
 * that refuses everyone.
 */
export type CallOutcome = 'let-through' | CallRefusal;
export type CallRefusal = Exclude<KeyProblem, 'unknown'> | 'rate' | 'permission' | 'route';

/** Calls a minute of an application for which nothing else is said. */
export const PER_MINUTE = 6000;

/** Minutes that are told of, the one that runs among them. */
export const TOLD_MINUTES = 12;

const MINUTE_S = 60;

/**
 * Calls within the last sixty seconds, as near as counts of minutes tell: all of the minute that runs, and of the one
 * before it the share that is not over yet.
 * @param minutes calls of each minute, the last of them runs
 * @param seconds of that minute that are over
 */
export function callsAMinute(minutes: readonly number[], seconds: number): number {
  const [before = 0, running = 0] = minutes.slice(-2);
  return Math.round((before * (MINUTE_S - seconds)) / MINUTE_S + running);
}
