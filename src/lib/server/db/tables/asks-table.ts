import { sql } from 'drizzle-orm';
import type { CapLimit } from '../../../core/quotas/caps';
import { LAYERS, type CountedCapId, type Layer } from '../../../core/quotas/layers';
import type { Queryable } from '../driver/client';
import { listed, quoted } from '../driver/listed';
import { layerJson, type Ask, type ChargeOutcome, type StoredGauge } from './ledger-table';

/** Asks of one subject, by layers that were read at one time: all of their units or none, and nothing is held. */
export type AskGroup = { zone: string; layers: readonly Layer[]; asked: string | null; asks: readonly Ask[] };

/** Outcome of a group of asks; places count from 1. */
type Decided = {
  outcome: 'decided';
  granted: number[];
  /** The cap that binds, alone; empty: nothing is limited, or nothing was granted. */
  gauges: StoredGauge[];
  /** Gauges that refused, by the number of units. */
  refused: Record<string, StoredGauge[]>;
  /** Outcomes of keys that were used before, and of all where the group’s facts are old. */
  others: Record<string, ChargeOutcome>;
  revision: number;
};

/**
 * Decides asks that wait at the same moment, one by one, in one transaction: the outcome of each, in their order,
 * group by group. No key may come twice.
 */
export async function chargeAll(tx: Queryable, groups: readonly AskGroup[]): Promise<ChargeOutcome[][]> {
  // An account has one zone: the one that was read last.
  const zones = new Map(
    groups.flatMap(({ zone, layers }) => layers.map((layer) => [layer.account, layer.zone ?? zone] as const))
  );
  const places = new Map([...zones.keys()].map((account, at) => [account, at + 1]));
  const layers = groups.flatMap((group, at) => group.layers.map((layer) => ({ ...layer, group: at + 1 })));
  const asks = groups.flatMap((group, at) => group.asks.map((ask) => ({ ask, group: at + 1 })));
  const limits = (cap: CountedCapId) => listed(layers.map(({ caps }) => orNull(caps[cap].limit)));
  const rows = await tx.execute<{ answer: Decided[] }>(sql`select ledger_charge_all(
    ${quoted([...zones.keys()])}::text[], ${quoted([...zones.values()])}::text[],
    ${quoted(groups.map(({ asked }) => asked))}::timestamptz[],
    ${listed(layers.map(({ group }) => group))}::int[],
    ${listed(layers.map(({ account }) => places.get(account)!))}::int[],
    ${listed(layers.map(({ layer }) => LAYERS.indexOf(layer)))}::int[],
    ${limits('hourly')}::bigint[], ${limits('daily')}::bigint[], ${limits('monthly')}::bigint[],
    ${listed(layers.map(({ alerts }) => (alerts ? Math.min(...alerts) : null)))}::int[],
    ${quoted(layers.map(({ group: _, ...layer }) => layerJson(layer)))}::text[],
    ${listed(asks.map(({ group }) => group))}::int[],
    ${quoted(asks.map(({ ask }) => ask.caller))}::text[], ${quoted(asks.map(({ ask }) => ask.key))}::text[],
    ${quoted(asks.map(({ ask }) => `\\x${Buffer.from(ask.hash).toString('hex')}`))}::bytea[],
    ${listed(asks.map(({ ask }) => ask.id))}::uuid[], ${listed(asks.map(({ ask }) => ask.units))}::bigint[]) as answer`);
  return rows[0]!.answer.map((answer, at) => outcomesOf(answer, groups[at]!));
}

function outcomesOf(
  { granted: places, gauges, revision, refused, others }: Decided,
  { asks }: AskGroup
): ChargeOutcome[] {
  const granted = new Set(places);
  return asks.map(({ id, units }, place): ChargeOutcome => {
    const other = others[place + 1];
    if (other) return other;
    if (!granted.has(place + 1)) return { outcome: 'refused', gauges: refused[units]! };
    return { outcome: 'granted', id, units, gauges, expiresAt: null, revision };
  });
}

function orNull(limit: CapLimit): number | null {
  return limit === 'unlimited' ? null : limit;
}
