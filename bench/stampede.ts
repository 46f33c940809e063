import { setTimeout as sleep } from 'node:timers/promises';
import * as Y from 'yjs';
import { reconnectDelay } from '../src/lib/client/sync/reconnect-delay';
import { CLOSE } from '../src/lib/protocol/close-codes';
import { startChaosProxy } from '../tests/faults/chaos-proxy';
import { seeded } from '../tests/faults/random';
import { syncBytes } from '../tests/support/sync-bytes';
import { CLICKS_PER_SECOND } from './latency';
import { openReader, VersionCache, type Reader } from './reader';
import type { Ours } from './servers/ours';
import { spread, type Spread } from './statistics';

/** Delay before a client of a crowd that was cut off tries again, in milliseconds, by the number of its attempts. */
type Policy = (attempts: number, client: number) => number;

export type Stampede = {
  what: string;
  /** Milliseconds of the ticks that somebody makes meanwhile. */
  saved: Spread;
  ticks: number;
  /** Milliseconds until everybody is back, at the median of the turns; null when nobody was cut off. */
  back: number | null;
};

/** The longest wait is drawn for each client, as in the pages. */
const LONGEST_FROM = 5_000;
const LONGEST_SPREAD = 10_000;
const TURN_MS = 5_000;
const OPENED_AT_ONCE = 20;

/**
 * Cuts off all readers at once, again and again, while somebody ticks on: with nobody cut off; with clients that
 * come back as the pages do, after a cut and after an announced restart; and with clients that all wait equally
 * long.
 */
export async function measureStampede(ours: Ours, size: number, rounds: number): Promise<Stampede[]> {
  const random = seeded(1);
  const longest = Array.from({ length: size }, () => LONGEST_FROM + random.next() * LONGEST_SPREAD);
  const asPages =
    (code: number): Policy =>
    (attempts, client) =>
      reconnectDelay(code, attempts, longest[client]!, random.next());
  const policies: [string, Policy | null][] = [
    ['nobody is cut off', null],
    ['all cut off, as the pages do', asPages(1006)],
    ['all told of a restart (1012), as the pages do', asPages(CLOSE.restarting)],
    ['all cut off, everybody after 100 ms', (attempts) => 100 * 2 ** attempts]
  ];
  const proxy = await startChaosProxy(ours.installation.port, random);
  const crowd = new Returning(ours, proxy.port, size);
  try {
    await crowd.open();
    const sums = policies.map(([what]) => ({ what, saved: [] as number[], back: [] as number[] }));
    for (let round = 0; round < rounds; round++)
      for (const [at, [, policy]] of policies.entries()) {
        const ticking = tick(ours, TURN_MS);
        if (policy) {
          await sleep(200);
          const began = performance.now();
          crowd.policy = policy;
          proxy.cut('reset');
          await crowd.back();
          sums[at]!.back.push(performance.now() - began);
        }
        sums[at]!.saved.push(...(await ticking));
      }
    return sums.map(({ what, saved, back }) => ({
      what,
      saved: spread(saved),
      ticks: saved.length,
      back: back.length > 0 ? spread(back).p50 : null
    }));
  } finally {
    await crowd.leave();
    await proxy.stop();
  }
}

/** Milliseconds of ticks made at a steady pace for a while, each by itself: a late one delays no other. */
async function tick(ours: Ours, forMs: number): Promise<number[]> {
  const made: Promise<number>[] = [];
  const start = performance.now();
  for (let n = 0; (n * 1000) / CLICKS_PER_SECOND < forMs; n++) {
    await sleep(Math.max(0, start + (n * 1000) / CLICKS_PER_SECOND - performance.now()));
    const at = performance.now();
    made.push(ours.click().then(() => performance.now() - at));
  }
  return Promise.all(made);
}

/** Readers that come back by themselves, with what they had: only what they missed is sent to them. */
class Returning {
  policy: Policy = () => 0;
  readonly #ours: Ours;
  readonly #port: number;
  readonly #readers: (Reader | null)[];
  readonly #versions = new VersionCache();
  #vector = Y.encodeStateVector(new Y.Doc());
  #left = false;

  constructor(ours: Ours, port: number, size: number) {
    this.#ours = ours;
    this.#port = port;
    this.#readers = Array<null>(size).fill(null);
  }

  async open(): Promise<void> {
    const { owner, roleId } = this.#ours.installation;
    const doc = new Y.Doc();
    await syncBytes(owner, `role:${roleId}`, doc);
    this.#vector = Y.encodeStateVector(doc);
    for (let from = 0; from < this.#readers.length; from += OPENED_AT_ONCE)
      await Promise.all(
        this.#readers.slice(from, from + OPENED_AT_ONCE).map((_, n) => this.#enter(from + n))
      );
  }

  /** Resolves when everybody is here again. */
  async back(): Promise<void> {
    const deadline = performance.now() + 60_000;
    // Those who were cut off hear of it in a moment.
    await sleep(50);
    while (this.#readers.includes(null)) {
      if (performance.now() > deadline) throw new Error('not everybody came back');
      await sleep(5);
    }
  }

  async leave(): Promise<void> {
    this.#left = true;
    await Promise.all(this.#readers.map(async (reader) => reader?.close()));
  }

  async #enter(client: number): Promise<void> {
    const endpoint = this.#ours.endpoint(client);
    const url = new URL(endpoint.url);
    // The server answers to its own address alone.
    const headers = { ...endpoint.headers, host: url.host };
    url.port = String(this.#port);
    const reader = await openReader({ ...endpoint, url: url.href, headers }, this.#versions, this.#vector);
    this.#readers[client] = reader;
    void reader.closed.then(() => {
      this.#readers[client] = null;
      if (!this.#left) void this.#return(client);
    });
  }

  async #return(client: number): Promise<void> {
    for (let attempts = 0; !this.#left; attempts++) {
      await sleep(this.policy(attempts, client));
      try {
        return await this.#enter(client);
      } catch {
        // Not yet: the next try waits longer.
      }
    }
  }
}
