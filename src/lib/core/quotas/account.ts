import type { Gauge } from './binding';
import { windowAt } from './calendar-window';
import { CAPS, type CapId } from './caps';
import type { Layer } from './layers';
import { freeAt, hourAt, hourTotal, type RollingHour } from './rolling-hour';

// What the row of an account says at a moment, without asking the database: the same as its ledger_peek.

/** Counts of a window: units that were used, and units that reservations hold. */
export type Counted<T> = { used: T; held: T };

/** The row of an account as it was written last; days and months are dates such as `2026-03-29`. */
export type Account = {
  zone: string;
  /** The newest minute of its hour; a bucket for each of the last 61. */
  minute: number;
  hour: Counted<readonly number[]>;
  day: string;
  ofDay: Counted<number>;
  /** The first of the month. */
  month: string;
  ofMonth: Counted<number>;
  /** Today in its own zone, which is another one where the installation's was changed since. */
  today: string;
  /** Reservations that are over and that nobody gave back yet. */
  expired: readonly { units: number; minute: number; day: string; month: string }[];
};

/** A moment of the ledger's clock, in the zone in which somebody's days begin. */
export type LedgerMoment = {
  /** Milliseconds since 1970. */
  at: number;
  zone: string;
  today: string;
  /** Ends of the day and the month, ISO 8601. */
  dayEnds: string;
  monthEnds: string;
};

/** Threads that run, and when the first of them ends, ISO 8601; null: none runs. */
export type Threads = { count: number; freesAt: string | null };

/** Number of minutes that `minutesOf` tells of. */
export const PACE_MINUTES = 12;
const MINUTE_MS = 60_000;

/** Gauges of a layer’s caps for one who asks for one unit more. `account`: null when nothing was ever counted. */
export function gaugesOf(
  account: Account | null,
  { layer, caps }: Layer,
  threads: Threads,
  moment: LedgerMoment
): Gauge[] {
  const hour = hourOf(account, moment);
  const sums = { used: hourTotal(hour.used), held: hourTotal(hour.held) };
  const windows: Record<CapId, Counted<number> & { resetsAt: string | null }> = {
    hourly: { ...sums, resetsAt: roomAt(hour, sums.used + sums.held, caps.hourly.limit) },
    daily: { ...calendar(account, 'day', moment), resetsAt: moment.dayEnds },
    monthly: { ...calendar(account, 'month', moment), resetsAt: moment.monthEnds },
    threads: { used: threads.count, held: 0, resetsAt: threads.freesAt }
  };
  return CAPS.map(({ id }): Gauge => {
    const { limit, source, shadow } = caps[id];
    const never = limit === 0 && id !== 'threads';
    return {
      ...{ layer, cap: id, limit, source, used: windows[id].used, held: windows[id].held },
      resetsAt: never ? null : windows[id].resetsAt,
      ...(shadow ? { shadow } : {})
    };
  });
}

/** Units of each of the last minutes, the one that runs last. */
export function minutesOf(account: Account | null, moment: LedgerMoment): number[] {
  const { minute, units } = hourOf(account, moment).used;
  return Array.from(
    { length: PACE_MINUTES },
    (_, at) => units[(minute - PACE_MINUTES + 1 + at) % units.length]!
  );
}

/** Units a minute: of the five minutes before the one that runs, rounded. */
export function paceOf(minutes: readonly number[]): number {
  const whole = minutes.slice(-6, -1);
  return whole.length === 0 ? 0 : Math.round(whole.reduce((sum, each) => sum + each, 0) / whole.length);
}

function hourOf(account: Account | null, { at, zone }: LedgerMoment): Counted<RollingHour> {
  const now = Math.floor(at / MINUTE_MS);
  if (!account) {
    const nothing = { minute: now, units: Array.from({ length: 61 }, () => 0) };
    return { used: nothing, held: nothing };
  }
  const held = [...account.hour.held];
  for (const { minute, units } of expiredOf(account, zone))
    if (minute <= account.minute && minute > account.minute - held.length)
      held[minute % held.length]! -= units;
  const of = (units: readonly number[]) => hourAt({ minute: account.minute, units }, now);
  return { used: of(account.hour.used), held: of(held) };
}

/** Time at which an hour has room for one more, ISO 8601; null: never, or nothing is in it. */
function roomAt({ used, held }: Counted<RollingHour>, taken: number, limit: number | 'unlimited') {
  if (taken === 0) return null;
  const both = { minute: used.minute, units: used.units.map((units, at) => units + held.units[at]!) };
  const minute = freeAt(both, limit === 'unlimited' ? 1 : Math.max(1, taken + 1 - limit));
  return minute === null ? null : new Date(minute * MINUTE_MS).toISOString();
}

function calendar(account: Account | null, span: 'day' | 'month', moment: LedgerMoment): Counted<number> {
  if (!account) return { used: 0, held: 0 };
  const keyOf = (date: string) => (span === 'day' ? date : `${date.slice(0, 8)}01`);
  const counted = span === 'day' ? account.ofDay : account.ofMonth;
  const key = account[span];
  const over = expiredOf(account, moment.zone)
    .filter((hold) => hold[span] === key)
    .reduce((sum, { units }) => sum + units, 0);
  const now = { zone: moment.zone, key: keyOf(moment.today), keyInOldZone: keyOf(account.today) };
  const of = (units: number) => windowAt({ zone: account.zone, key, units }, now).units;
  return { used: of(counted.used), held: of(counted.held - over) };
}

/** Expired reservations of an account; none if its zone was changed: whoever charges next sorts those out. */
function expiredOf(account: Account, zone: string): Account['expired'] {
  return account.zone === zone ? account.expired : [];
}
