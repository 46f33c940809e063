export type Rate = { burst: number; perSecond: number };

/** A token bucket. `now` is in milliseconds, from any steady clock. */
export class Bucket {
  #tokens: number;
  #at: number;
  readonly #rate: Rate;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Takes `amount`, or takes nothing and says false. */
  take(amount: number, now: number): boolean {
    this.#tokens = this.#held(now);
    this.#at = now;
    if (this.#tokens < amount) return false;
    this.#tokens -= amount;
    return true;
  }

  /** Seconds until `amount` can be taken; 0 when it can be now. More than the burst never can. */
  secondsUntil(amount: number, now: number): number {
    return Math.max(0, amount - this.#held(now)) / this.#rate.perSecond;
  }

  /** True when nothing was taken for so long that the bucket can be forgotten. */
  isFull(now: number): boolean {
    return this.#held(now) >= this.#rate.burst;
  }

  /** Number of tokens that can be taken now. */
  #held(now: number): number {
    return Math.min(this.#rate.burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate.perSecond);
  }
}
