import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { subjectLayer, type Layer } from '../../src/lib/core/quotas/layers';
import { inheritAll } from '../../src/lib/core/quotas/caps';
import { openDatabase } from '../../src/lib/server/db/driver/client';
import { peekLedger } from '../../src/lib/server/db/tables/ledger-table';
import { askGate } from '../../src/lib/server/services/quotas/ask-gate';
import { consume } from '../../src/lib/server/services/quotas/ledger';
import { MergedAsks } from '../../src/lib/server/services/quotas/merged-asks';
import type { Peers } from '../peers';

/** Connections of each contestant: what the program has unless it is told otherwise. */
export const POOL = 10;
/** Windows, in seconds. */
const WINDOWS = { hourly: 3600, daily: 86_400, monthly: 2_592_000 } as const;
export const LAYERS = 5;
const UNLIMITED = {
  hourly: 'unlimited',
  daily: 'unlimited',
  monthly: 'unlimited',
  threads: 'unlimited'
} as const;

/** Somebody who answers whether a subject may send one more. */
export type Contestant = {
  name: string;
  ask(subject: number): Promise<boolean>;
  /** Units that are counted for a subject, in the fullest of its windows. */
  counted(subject: number): Promise<number>;
  close(): Promise<void>;
};

/** One window, or as many layers with three windows each; of so many subjects, with so much in each window. */
export type Course = { subjects: number; layers: number; limit: number };

/**
 * The program's own service: how somebody stands is read, and every layer is charged, with a key that nobody else
 * has.
 */
export function ourService(url: string, people: readonly string[]): Contestant {
  const handle = openDatabase({ url, max: POOL, name: 'bench' });
  const deps = { db: handle.db, batcher: new MergedAsks(handle.db, askGate(POOL)) };
  return {
    name: 'Rolecall',
    async ask(subject) {
      const asked = {
        subject: { type: 'administrator' as const, id: people[subject]! },
        units: 1,
        key: randomUUID()
      };
      const answer = await consume(deps, 'bench', asked);
      return 'granted' in answer && answer.granted;
    },
    async counted(subject) {
      const layers = [layerOf(`administrator:${people[subject]}`, Infinity)];
      const gauges = await peekLedger(handle.db, { units: 0, zone: 'UTC', layers });
      return Math.max(...gauges.map(({ used }) => used));
    },
    close: () => handle.close()
  };
}

/** The ledger's own statement, with more layers than an installation has. */
export function ourLedger(url: string, { layers, limit }: Course): Contestant {
  const handle = openDatabase({ url, max: POOL, name: 'bench' });
  const batcher = new MergedAsks(handle.db, askGate(POOL));
  const of = (subject: number) =>
    Array.from({ length: layers }, (_, layer) => layerOf(`layer-${layer}:${subject}`, limit));
  return {
    name: 'Rolecall',
    async ask(subject) {
      const key = randomUUID();
      const ask = {
        caller: 'bench',
        key,
        hash: Buffer.from(key),
        id: randomUUID(),
        units: 1,
        partial: false
      };
      const rest = { ttlSeconds: null, zone: 'UTC', layers: of(subject), asked: null };
      return (await batcher.charge({ ...ask, ...rest })).outcome === 'granted';
    },
    async counted(subject) {
      const gauges = await peekLedger(handle.db, { units: 0, zone: 'UTC', layers: of(subject) });
      return Math.max(...gauges.map(({ used }) => used));
    },
    close: () => handle.close()
  };
}

type Limiter = {
  consume(key: string): Promise<unknown>;
  get(key: string): Promise<{ consumedPoints: number } | null>;
};
type LimiterOptions = Record<string, unknown>;
type PeerLibrary = {
  RateLimiterPostgres: new (options: LimiterOptions, ready: (error?: Error) => void) => Limiter;
  RateLimiterUnion: new (...limiters: Limiter[]) => { consume(key: string): Promise<unknown> };
};
type PgPool = { end(): Promise<void> };

/** rate-limiter-flexible on the same database: one limiter of an hour, or a union with three of each layer. */
export async function limiterOf(url: string, peers: Peers, { layers, limit }: Course): Promise<Contestant> {
  const { Pool } = peers.load('pg') as { Pool: new (options: object) => PgPool };
  const { RateLimiterPostgres, RateLimiterUnion } = peers.load('rate-limiter-flexible') as PeerLibrary;
  const pool = new Pool({ connectionString: url, max: POOL });
  const make = (keyPrefix: string, duration: number) =>
    new Promise<Limiter>((resolve, reject) => {
      const tableName = 'limits';
      const limiter: Limiter = new RateLimiterPostgres(
        { storeClient: pool, points: limit, duration, keyPrefix, tableName },
        (error) => (error ? reject(error) : resolve(limiter))
      );
    });
  const limiters: Limiter[] = [];
  if (layers === 0) limiters.push(await make('hour', WINDOWS.hourly));
  for (let layer = 0; layer < layers; layer++)
    for (const [window, seconds] of Object.entries(WINDOWS))
      limiters.push(await make(`${window}${layer}`, seconds));
  const asked = layers === 0 ? limiters[0]! : new RateLimiterUnion(...limiters);
  return {
    name: layers === 0 ? 'RateLimiterPostgres' : 'RateLimiterUnion',
    ask: (subject) => granted(asked.consume(String(subject))),
    async counted(subject) {
      const points = await Promise.all(limiters.map((each) => each.get(String(subject))));
      return Math.max(...points.map((each) => each?.consumedPoints ?? 0));
    },
    close: () => pool.end()
  };
}

/** Result of `consume` as yes or no: the library throws a refusal as an object that is not an `Error`. */
async function granted(consumed: Promise<unknown>): Promise<boolean> {
  try {
    await consumed;
    return true;
  } catch (error) {
    if (error instanceof Error) throw error;
    return false;
  }
}

/** One UPDATE of a counter, without keys, windows or an answer but yes and no. */
export async function singleUpdate(url: string, { subjects, limit }: Course): Promise<Contestant> {
  const sql = postgres(url, { max: POOL, onnotice: () => undefined });
  await sql`create table if not exists bare (id int primary key, used bigint not null)`;
  await sql`truncate bare`;
  await sql`insert into bare select n, 0 from generate_series(0, ${subjects - 1}::int) n`;
  return {
    name: 'a single UPDATE',
    ask: async (id) =>
      (await sql`update bare set used = used + 1 where id = ${id} and used < ${limit} returning used`)
        .length === 1,
    counted: async (id) => Number((await sql`select used from bare where id = ${id}`)[0]!['used']),
    close: () => sql.end()
  };
}

function layerOf(account: string, limit: number): Layer {
  const each = limit === Infinity ? 'unlimited' : limit;
  const own = { ...inheritAll(), hourly: each, daily: each, monthly: each } as const;
  const layer = subjectLayer({ type: 'administrator', id: '' }, { platform: UNLIMITED, own, raises: [] });
  return { ...layer, account };
}
