import { PER_MINUTE } from '../../../core/applications/calls';
import type { CallCounts } from '../../services/applications/call-counts';
import type { LastUses } from '../../services/decisions/last-uses';
import { Bucket } from './bucket';

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

type Counted = { bucket: Bucket; perMinute: number };

/** Limits on the calls of one holder's keys together in this process. Buckets not used for a minute are not kept. */
export class ProgramLimits {
  readonly #buckets = new Map<string, Counted>();

  /** @param now in milliseconds, from any steady clock */
  take(holder: string, perMinute: number | null, now: number): ProgramLimit {
    const most = perMinute ?? PER_MINUTE;
    const bucket = this.#bucketOf(holder, most, now);
    const isTaken = bucket.take(1, now);
    const left = Math.floor(bucket.held(now));
    const full = Math.ceil((most - left) / (most / MINUTE_S));
    return {
      wait: isTaken ? null : Math.max(1, Math.ceil(bucket.secondsUntil(1, now))),
      headers: {
        'ratelimit-policy': `"default";q=${most};w=${MINUTE_S}`,
        ratelimit: `"default";r=${left};t=${full}`
      }
    };
  }

  #bucketOf(holder: string, perMinute: number, now: number): Bucket {
    const known = this.#buckets.get(holder);
    const entry =
      known?.perMinute === perMinute ? known : { bucket: newBucket(perMinute, now, known), perMinute };
    this.#buckets.delete(holder);
    this.#buckets.set(holder, entry);
    if (this.#buckets.size > MOST_HOLDERS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return entry.bucket;
  }
}

/** A bucket for another rate, with what is left of the one before: a change of the rate gives no calls back. */
function newBucket(perMinute: number, now: number, before: Counted | undefined): Bucket {
  return new Bucket({ burst: perMinute, perSecond: perMinute / MINUTE_S }, now, before?.bucket.held(now));
}
