import type { IncomingMessage } from 'node:http';
import { parseCookie } from 'cookie';
import { networkKey, sessionKey } from '../../services/write-path/request-keys';
import { Bucket, type Rate } from './bucket';

/** Sessions, or networks, that are counted at once; beyond, whoever asked longest ago begins anew. */
const MOST_BUCKETS = 10_000;

export type RequestLimitRates = { perSession: number; perAddress: number };

/**
 * Limits on how much a session and an address may ask of one process (SECURITY H-08). Rates are in calls per
 * second; a session may ask for three seconds' worth at once, an address for four.
 */
export class RequestLimits {
  readonly #sessions: Buckets;
  readonly #addresses: Buckets;

  constructor({ perSession, perAddress }: RequestLimitRates) {
    this.#sessions = new Buckets({ perSecond: perSession, burst: 3 * perSession });
    this.#addresses = new Buckets({ perSecond: perAddress, burst: 4 * perAddress });
  }

  /**
   * Takes what a request with so many calls costs, or takes nothing and says after how many whole seconds to come
   * back; null lets it pass. Nothing is looked up: a session is whatever its cookie says, so that a forged one uses
   * up its own.
   * @param ip of the client; null, or this machine, names nobody
   * @param now in milliseconds, from any steady clock
   */
  retryAfter(request: IncomingMessage, ip: string | null, calls: number, now: number): number | null {
    const session = sessionKey(parseCookie(request.headers.cookie ?? ''));
    const network = networkKey(ip);
    const asked = [
      session === null ? null : this.#sessions.of(session, now),
      network === null ? null : this.#addresses.of(network, now)
    ].filter((limit) => limit !== null);
    const wait = Math.max(0, ...asked.map((limit) => limit.secondsUntil(calls, now)));
    if (wait > 0) return Math.ceil(wait);
    for (const limit of asked) limit.take(calls, now);
    return null;
  }
}

type Limit = Pick<Bucket, 'take' | 'secondsUntil'>;

/** Buckets by key, those asked for longest ago first. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #rate: Rate;

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Limit of a key, with what is left of it. Costs of more than a whole burst count as a whole burst. */
  of(key: string, now: number): Limit {
    const bucket = this.#buckets.get(key) ?? new Bucket(this.#rate, now);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    this.#forget(now);
    const cost = (calls: number) => Math.min(calls, this.#rate.burst);
    return {
      take: (calls, at) => bucket.take(cost(calls), at),
      secondsUntil: (calls, at) => bucket.secondsUntil(cost(calls), at)
    };
  }

  /** Drops what rests, and what is too much. The newest stays: it is about to be used. */
  #forget(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      const spare = this.#buckets.size > 1 && bucket.isFull(now);
      if (!spare && this.#buckets.size <= MOST_BUCKETS) return;
      this.#buckets.delete(key);
    }
  }
}
