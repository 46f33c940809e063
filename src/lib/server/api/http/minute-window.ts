/** Calls are counted in slots of so many milliseconds: as many as a minute has. */
const SLOT_MS = 100;
const SLOTS = 600;

/**
 * Calls of the last minute, to a tenth of a second: no 59.9 seconds hold more than are let through here, which a bucket
 * that fills up again does not promise. Whoever uses up a minute finds it free when it is over, not a moment later.
 * `now` is in milliseconds, from any steady clock.
 */
export class MinuteWindow {
  readonly #calls = new Uint32Array(SLOTS);
  #slot: number;
  #sum = 0;
  /** Slot of the last call. */
  #last: number;

  constructor(now: number) {
    this.#last = this.#slot = slotOf(now);
  }

  /** Counts one call unless there are `most` already, and then says false. */
  take(most: number, now: number): boolean {
    this.#turn(now);
    if (this.#sum >= most) return false;
    this.#calls[this.#slot % SLOTS]! += 1;
    this.#sum += 1;
    this.#last = this.#slot;
    return true;
  }

  /** Number of calls that count now. */
  counted(now: number): number {
    this.#turn(now);
    return this.#sum;
  }

  /** Seconds until no call counts any more; 0 when none does. */
  secondsUntilNone(now: number): number {
    return this.counted(now) === 0 ? 0 : secondsTo(this.#last + SLOTS, now);
  }

  /** Seconds until at most `left` of the calls count; 0 when it is so already. */
  secondsUntil(left: number, now: number): number {
    this.#turn(now);
    let sum = this.#sum;
    // The oldest slot is the one after the one that runs, as they stand in a ring; the one that runs is the last.
    for (let away = 1; sum > left; away++) {
      sum -= this.#calls[(this.#slot + away) % SLOTS]!;
      if (sum <= left) return secondsTo(this.#slot + away, now);
    }
    return 0;
  }

  #turn(now: number): void {
    const slot = slotOf(now);
    const passed = Math.min(SLOTS, slot - this.#slot);
    for (let n = 1; n <= passed; n++) {
      const place = (this.#slot + n) % SLOTS;
      this.#sum -= this.#calls[place]!;
      this.#calls[place] = 0;
    }
    if (passed > 0) this.#slot = slot;
  }
}

function slotOf(now: number): number {
  return Math.floor(now / SLOT_MS);
}

function secondsTo(slot: number, now: number): number {
  return (slot * SLOT_MS - now) / 1000;
}
