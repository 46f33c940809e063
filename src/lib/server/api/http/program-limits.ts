import { PER_MINUTE } from '../../../core/applications/calls';
import type { CallCounts } from '../../services/applications/call-counts';
import type { LastUses } from '../../services/decisions/last-uses';
import { MinuteWindow } from './minute-window';

/** Holders that are counted; beyond, whoever asked longest ago begins anew. */
const MOST_HOLDERS = 10_000;
const MINUTE_S = 60;

/**
 * Counts of keys in this process, by whichever endpoint they come: their last use, how much their holders ask, and
 * what came of it.
 */
export type KeyCounts = { uses: LastUses; limits: ProgramLimits; calls: CallCounts };

export type ProgramLimit = {
  /** Seconds until one more call is let through; null: this one is. */
  wait: number | null;
  /** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). */
  headers: Record<string, string>;
};

/**
 * Limits on the calls of one holder's keys together in this process. A minute never has more than the limit, and what
 * was called counts on when the limit is changed.
 */
export class ProgramLimits {
  readonly #windows = new Map<string, MinuteWindow>();

  /** @param now in milliseconds, from any steady clock */
  take(holder: string, perMinute: number | null, now: number): ProgramLimit {
    const most = perMinute ?? PER_MINUTE;
    const window = this.#windowOf(holder, now);
    const isTaken = window.take(most, now);
    const left = Math.max(0, most - window.counted(now));
    return {
      wait: isTaken ? null : Math.max(1, Math.ceil(window.secondsUntil(most - 1, now))),
      headers: {
        'ratelimit-policy': `"default";q=${most};w=${MINUTE_S}`,
        ratelimit: `"default";r=${left};t=${Math.ceil(window.secondsUntilNone(now))}`
      }
    };
  }

  #windowOf(holder: string, now: number): MinuteWindow {
    const window = this.#windows.get(holder) ?? new MinuteWindow(now);
    this.#windows.delete(holder);
    this.#windows.set(holder, window);
    if (this.#windows.size > MOST_HOLDERS) this.#windows.delete(this.#windows.keys().next().value!);
    return window;
  }
}
