import { dateIn, monthOf } from './calendar';

/** The three windows that units are counted in. */
export type Window = 'hourly' | 'daily' | 'monthly';
export const WINDOWS: readonly Window[] = ['hourly', 'daily', 'monthly'];
export type Limits = Partial<Record<Window, number>>;

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** The date of what no window counts any more. */
const GONE = '';

/**
 * Units granted to somebody, on one of the accounts that they count on. `at` is in milliseconds, dates are local
 * ones.
 */
export type Part = {
  units: number;
  /** End of a reservation that nobody resolved; null: it is charged. */
  expires: number | null;
  at: number;
  day: string;
  month: string;
  /** The zone of the dates when it was granted. */
  zone: string;
};

/**
 * Grants of an account, as a plain list with times: what counts in a window is added up anew whenever it is asked. A
 * clock that goes back a little stands still here; one that was more than 61 minutes ahead was wrong, and what it let
 * pass is of now.
 */
export class CountedAccount {
  #parts: Part[] = [];
  /** True from when on the ledger may know more than this list: it then counts too much, never too little. */
  atLeast = false;
  day: string;
  month: string;

  constructor(
    public at: number,
    public zone: string
  ) {
    this.day = dateIn(zone, at);
    this.month = monthOf(this.day);
  }

  /** Comes to a moment, in the zone that is in force. */
  turn(clock: number, zone = this.zone): void {
    this.#putRight(clock);
    this.at = Math.max(this.at, clock);
    const date = dateIn(zone, clock);
    if (zone === this.zone) {
      if (date > this.day) this.day = date;
      if (monthOf(date) > this.month) this.month = monthOf(date);
    } else this.#rename(zone, date, dateIn(this.zone, clock));
    this.#parts = this.#parts.filter(({ expires }) => expires === null || expires > clock);
  }

  /** Units that count in a window. Of an hour: those of its 60 minutes, or also those of the minute it begins in. */
  sum(window: Window, hour: 'exact' | 'whole minutes', which: (part: Part) => boolean = () => true): number {
    const first = hour === 'exact' ? this.at - HOUR + 1 : (Math.floor(this.at / MINUTE) - 60) * MINUTE;
    const counts = (part: Part) =>
      window === 'hourly'
        ? part.at >= first && part.at <= this.at
        : window === 'daily'
          ? part.day === this.day
          : part.month === this.month;
    return this.#parts.reduce((sum, part) => (counts(part) && which(part) ? sum + part.units : sum), 0);
  }

  /** Units left in the tightest of these limits, as the ledger counts; Infinity without one. */
  room(limits: Limits): number {
    return Math.min(
      ...WINDOWS.map((window) => (limits[window] ?? Infinity) - this.sum(window, 'whole minutes'))
    );
  }

  add(units: number, expires: number | null): Part {
    const part = { units, expires, at: this.at, day: this.day, month: this.month, zone: this.zone };
    this.#parts.push(part);
    return part;
  }

  hasOver(clock: number): boolean {
    return this.#parts.some(({ expires }) => expires !== null && expires <= clock);
  }

  has(part: Part): boolean {
    return this.#parts.includes(part);
  }

  /** Takes back what was granted. What was charged in another zone comes back to no date: the ledger counts it on. */
  remove(part: Part): void {
    if (part.expires === null && part.zone !== this.zone) this.atLeast = true;
    this.#parts = this.#parts.filter((each) => each !== part);
  }

  /** Begins a counter anew: what is charged in it counts no more, what is held stays. */
  reset(window: Window): void {
    for (const part of this.#parts)
      if (part.expires === null) {
        if (window === 'hourly') part.at = -Infinity;
        else part[window === 'daily' ? 'day' : 'month'] = GONE;
      }
  }

  #putRight(clock: number): void {
    const [minute, now] = [Math.floor(this.at / MINUTE), Math.floor(clock / MINUTE)];
    if (minute > now + 61) {
      this.atLeast = true;
      for (const part of this.#parts) {
        const counted = Math.floor(part.at / MINUTE) > minute - 61;
        if (part.at > clock) part.at = counted ? clock : -Infinity;
      }
      this.at = clock;
    }
    const date = dateIn(this.zone, clock);
    const soon = dateIn(this.zone, clock + 61 * MINUTE);
    if (soon < this.day) {
      this.atLeast = true;
      for (const part of this.#parts) if (part.day > date) part.day = part.day === this.day ? date : GONE;
      this.day = date;
    }
    if (monthOf(soon) < this.month) {
      this.atLeast = true;
      const month = monthOf(date);
      for (const part of this.#parts)
        if (part.month > month) part.month = part.month === this.month ? month : GONE;
      this.month = month;
    }
  }

  /**
   * Another zone is no other day: the one that runs goes on under the new zone's date, unless it was over in the old
   * zone.
   */
  #rename(zone: string, date: string, old: string): void {
    for (const part of this.#parts) {
      part.day = part.day === this.day && old <= this.day ? date : GONE;
      part.month = part.month === this.month && monthOf(old) <= this.month ? monthOf(date) : GONE;
      // What was charged before comes back to no date any more, also when the zone is the first one again.
      if (part.expires === null) part.zone = '';
    }
    this.zone = zone;
    this.day = date;
    this.month = monthOf(date);
  }
}
