import type { Database } from '../../src/lib/server/db/driver/client';
import type { GrantsCache } from '../../src/lib/server/services/write-path/grants';
import { isOn } from './faults';
import type { World } from './world';

// The seeded faults of the service that are not in the model of the database. Without a fault each hands through what
// it got.

/** `early-answer`: what a transaction answers is out before it has committed. */
export function faultyDatabase(world: World, db: Database, of: string): Database {
  if (!isOn('early-answer') || of !== 'request') return db;
  const run = db.transaction.bind(db) as (work: (tx: unknown) => Promise<unknown>) => Promise<unknown>;
  const transaction = (work: (tx: unknown) => Promise<unknown>) =>
    new Promise((resolve, reject) => {
      run(async (tx) => {
        const result = await work(tx);
        resolve(result);
        await world.wait(40);
        return result;
      }).catch(reject);
    });
  return Object.assign(db, { transaction: transaction as never });
}

/** `stale-grants`: what a role grants is believed to be what it once was. */
export function faultyGrants(grants: GrantsCache): GrantsCache {
  if (!isOn('stale-grants')) return grants;
  const first = new Map<string, Awaited<ReturnType<GrantsCache['of']>>>();
  const of: GrantsCache['of'] = async (tx, roleId, seq) => {
    const known = first.get(roleId) ?? (await grants.of(tx, roleId, seq));
    first.set(roleId, known);
    return known;
  };
  return { of, behindLock: (tx, roleId) => Promise.resolve((seq) => of(tx, roleId, seq)) };
}

/** `bulk-ignores-revocation` and `field-overwritten`: whatever the author had seen is taken for everything. */
export function faultyInput(input: unknown): unknown {
  const {
    grant = [],
    name,
    description
  } = input as { grant?: string[]; name?: string; description?: string };
  const all = Number.MAX_SAFE_INTEGER;
  if (isOn('bulk-ignores-revocation') && grant.length > 1)
    return { ...(input as object), seen: all, seenParts: undefined };
  if (isOn('field-overwritten') && (name ?? description) !== undefined)
    return { ...(input as object), seenParts: { name: all, description: all } };
  return input;
}
