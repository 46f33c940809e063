import { sql } from 'drizzle-orm';
import type { CapId } from '../../../core/quotas/caps';
import type { CountedCapId, Layer, LayerName } from '../../../core/quotas/layers';
import type { Database, Queryable } from '../driver/client';

/** A cap of a layer as the database tells it: null is unlimited, times are in its own words. */
export type StoredGauge = {
  layer: LayerName;
  cap: CapId;
  limit: number | null;
  source: LayerName;
  shadow: boolean;
  raised: number;
  used: number;
  held: number;
  resetsAt: string | null;
  /** The time at which the next ask may pass, of an hourly rate that is spread evenly; null: now. */
  next?: string | null;
};

export type Ask = {
  /** Owner of the key. */
  caller: string;
  key: string;
  /** Hash of all that is asked. */
  hash: Uint8Array;
  /** Id of the charge, should it be granted. */
  id: string;
  units: number;
  /** True if as many are charged as fit, if not all do. */
  partial: boolean;
  /** Hold for so many seconds; null: charge. */
  ttlSeconds: number | null;
  zone: string;
  layers: readonly Layer[];
  /** Time the layers were read, as the database writes it; null: their age is not checked. */
  asked: string | null;
};

/** The layers were read more than a second before the locks were held: they are to be read again. */
type Stale = { outcome: 'stale' };

export type ChargeOutcome =
  | {
      outcome: 'granted';
      id: string;
      units: number;
      gauges: StoredGauge[];
      expiresAt: string | null;
      /** The number of the newest entry of the log then. */
      revision: number;
    }
  | { outcome: 'refused'; gauges: StoredGauge[] }
  | { outcome: 'key-reused' }
  /** The units granted under this key were given back: the key is spent. */
  | { outcome: 'released' }
  | { outcome: 'expired' }
  | Stale;

/** Charges every layer or none. Asked again with the same key, a granted one is answered as it was. */
export async function charge(tx: Queryable, ask: Ask): Promise<ChargeOutcome> {
  return answerOf(
    await tx.execute(sql`select ledger_charge(${ask.caller}, ${ask.key}, ${Buffer.from(ask.hash)}, ${ask.id},
      ${ask.units}::bigint, ${ask.partial}, ${ask.ttlSeconds}::int, ${ask.zone}, ${layersJson(ask.layers)}::jsonb,
      ${ask.asked}::timestamptz) as answer`)
  );
}

export type ResolveOutcome =
  | { outcome: 'resolved'; units: number; returned: number }
  | { outcome: 'committed'; units: number; returned: number }
  | { outcome: 'released'; returned: number }
  | { outcome: 'above-hold'; held: number }
  | { outcome: 'expired' | 'unknown' };

/** Says how many units of a reservation were used; null: all. The rest comes back. */
export async function commitHold(
  tx: Queryable,
  { caller, id, units }: { caller: string; id: string; units: number | null }
): Promise<ResolveOutcome> {
  return answerOf(
    await tx.execute(sql`select ledger_resolve(${caller}, ${id}, ${units}::bigint, false) as answer`)
  );
}

/** Gives all of a reservation back, or of what was charged without one. */
export async function releaseCharge(
  tx: Queryable,
  { caller, id }: { caller: string; id: string }
): Promise<ResolveOutcome> {
  return answerOf(await tx.execute(sql`select ledger_resolve(${caller}, ${id}, null, true) as answer`));
}

/** The charge that a key was granted; null: none within two days. */
export async function findCharge(tx: Queryable, caller: string, key: string): Promise<string | null> {
  const [row] = await tx.execute<{ id: string }>(
    sql`select id from ledger_charges where caller = ${caller} and key = ${key} limit 1`
  );
  return row?.id ?? null;
}

/** The newest charge whose key begins so; null: none within two days. */
export async function findNewestCharge(tx: Queryable, caller: string, head: string): Promise<string | null> {
  const [row] = await tx.execute<{ id: string }>(sql`select id from ledger_charges
    where caller = ${caller} and key >= ${head} and starts_with(key, ${head}) order by at desc limit 1`);
  return row?.id ?? null;
}

/** State of the caps for a subject that would ask for so many units; nothing is written. */
export async function peekLedger(
  tx: Queryable,
  { units, zone, layers }: { units: number; zone: string; layers: readonly Layer[] }
): Promise<StoredGauge[]> {
  return answerOf(
    await tx.execute(
      sql`select ledger_peek(${units}::bigint, ${zone}, ${layersJson(layers)}::jsonb) as answer`
    )
  );
}

/**
 * Units of each cap that each of these accounts has used, its days in its own zone; accounts that never sent are
 * left out.
 */
export async function readUsed(
  tx: Queryable,
  accounts: readonly { account: string; zone: string }[]
): Promise<Map<string, Record<CapId, number>>> {
  const rows = await tx.execute<{ account: string } & Record<CapId, number>>(sql`
    select account, hourly::float8 as hourly, daily::float8 as daily, monthly::float8 as monthly, threads::float8 as threads
    from ledger_used(${JSON.stringify(accounts)}::text::jsonb)`);
  return new Map([...rows].map(({ account, ...used }) => [account, used]));
}

export type LeaseOutcome =
  | { outcome: 'granted'; id: string; expiresAt: string; gauges: StoredGauge[] }
  | { outcome: 'refused'; gauges: StoredGauge[] }
  | { outcome: 'key-reused' }
  | Stale;

/** Takes a thread. The same key gets the same lease while it lives. */
export async function takeLease(
  tx: Queryable,
  lease: {
    caller: string;
    key: string;
    subject: string;
    id: string;
    ttlSeconds: number;
    zone: string;
    layers: readonly Layer[];
    asked: string | null;
  }
): Promise<LeaseOutcome> {
  return answerOf(
    await tx.execute(sql`select ledger_lease(${lease.caller}, ${lease.key}, ${lease.subject}, ${lease.id},
      ${lease.ttlSeconds}::int, ${lease.zone}, ${layersJson(lease.layers)}::jsonb,
      ${lease.asked}::timestamptz) as answer`)
  );
}

/** Keeps a lease for so many seconds from now; null: ends it. Its new end; null when it does not live. */
export async function renewLease(
  tx: Queryable,
  { caller, id, ttlSeconds }: { caller: string; id: string; ttlSeconds: number | null }
): Promise<{ lives: boolean; expiresAt: string | null }> {
  return answerOf(await tx.execute(sql`select ledger_renew(${caller}, ${id}, ${ttlSeconds}::int) as answer`));
}

/** The subject of a lease of this caller; null: there is none. */
export async function subjectOfLease(tx: Queryable, caller: string, id: string): Promise<string | null> {
  const [row] = await tx.execute<{ subject: string }>(
    sql`select subject from ledger_leases where caller = ${caller} and id = ${id} limit 1`
  );
  return row?.subject ?? null;
}

/** Begins a counter anew: what it had counted. In an audited transaction. */
export async function resetCounter(tx: Queryable, account: string, cap: CountedCapId): Promise<number> {
  return Number(await answerOf(await tx.execute(sql`select ledger_reset(${account}, ${cap}) as answer`)));
}

/**
 * Forgets leases, reservations and keys that are old. Outside a transaction: keys wait for everybody, and everybody
 * for them.
 */
export async function tidyLedger(db: Database): Promise<void> {
  await db.execute(sql`select ledger_tidy()`);
  await db.execute(sql`select ledger_empty_slot()`);
}

/** Forgets what was used in hours that are old. */
export async function forgetHours(tx: Queryable): Promise<void> {
  await tx.execute(sql`select ledger_forget_hours()`);
}

/** Units an account used in each hour of a period, oldest first; hours in which nothing happened are left out. */
export async function hoursOf(
  tx: Queryable,
  account: string,
  { from, to }: { from: Date; to: Date }
): Promise<{ hour: string; units: number; over: number }[]> {
  const rows = await tx.execute<{ hour: string; units: string; over: string }>(sql`
    select hour, sum(units)::text as units, sum(over)::text as over from (
      select hour, units, over from ledger_hours where account = ${account}
      union all select counted_hour, counted_units, counted_over from ledger_accounts where account = ${account}) hours
    where hour >= floor(extract(epoch from ${from.toISOString()}::timestamptz) / 3600)
      and hour < extract(epoch from ${to.toISOString()}::timestamptz) / 3600 and (units <> 0 or over <> 0)
    group by hour order by hour`);
  return rows.map(({ hour, units, over }) => ({
    hour: new Date(Number(hour) * 3_600_000).toISOString(),
    units: Number(units),
    over: Number(over)
  }));
}

/** Units that caps that are only watched would have refused in the last 24 hours, by account; no entry means none. */
export async function overOfDay(tx: Queryable, accounts: readonly string[]): Promise<Map<string, number>> {
  if (accounts.length === 0) return new Map();
  const rows = await tx.execute<{ account: string; over: string }>(sql`
    select account, sum(over)::text as over from (
      select account, hour, over from ledger_hours where account in ${accounts}
      union all select account, counted_hour, counted_over from ledger_accounts where account in ${accounts}) hours
    where hour > floor(extract(epoch from ledger_now()) / 3600) - 24 and over <> 0 group by account`);
  return new Map(rows.map(({ account, over }) => [account, Number(over)]));
}

/** Layers as the database takes them. */
function layersJson(layers: readonly Layer[]): string {
  return `[${layers.map(layerJson).join(',')}]`;
}

/** A layer as the database takes it: what is unlimited is null. */
export function layerJson(layer: Layer): string {
  const caps = Object.fromEntries(
    Object.entries(layer.caps).map(([id, cap]) => [
      id,
      cap.limit === 'unlimited' ? { ...cap, limit: null } : cap
    ])
  );
  return JSON.stringify({ ...layer, caps });
}

function answerOf<T>(rows: ArrayLike<Record<string, unknown>>): T {
  return rows[0]!['answer'] as T;
}
