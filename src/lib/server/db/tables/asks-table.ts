import { sql } from 'drizzle-orm';
import type { Layer } from '../../../core/quotas/layers';
import type { Queryable } from '../driver/client';
import { layersJson, type Ask, type ChargeOutcome, type StoredGauge } from './ledger-table';

/** Asks of one subject, by layers that were read at one time: all of their units or none, and nothing is held. */
export type AskGroup = { zone: string; layers: readonly Layer[]; asked: string | null; asks: readonly Ask[] };

/** Outcome of a group of asks; places count from 1. */
type Decided = {
  outcome: 'decided';
  granted: number[];
  gauges: StoredGauge[];
  /** Gauges that refused, by the number of units. */
  refused: Record<string, StoredGauge[]>;
  /** Outcomes of keys that were used before, and of all where the group’s facts are old. */
  others: Record<string, ChargeOutcome>;
  revision: number;
};

/**
 * Decides asks that wait at the same moment, one by one, in one transaction: the outcome of each, in their order,
 * group by group.
 */
export async function chargeAll(tx: Queryable, groups: readonly AskGroup[]): Promise<ChargeOutcome[][]> {
  const text = JSON.stringify(groups.map((group) => [group, layersJson(group.layers)] as const).map(toJson));
  const rows = await tx.execute<{ answer: Decided[] }>(
    sql`select ledger_charge_all(${text}::jsonb) as answer`
  );
  return rows[0]!.answer.map((answer, at) => {
    const { asks } = groups[at]!;
    const granted = new Set(answer.granted);
    const { gauges, revision, refused, others } = answer;
    return asks.map(({ id, units }, place): ChargeOutcome => {
      const other = others[place + 1];
      if (other) return other;
      if (!granted.has(place + 1)) return { outcome: 'refused', gauges: refused[units]! };
      return { outcome: 'granted', id, units, gauges, expiresAt: null, revision };
    });
  });
}

function toJson([{ zone, asked, asks }, layers]: readonly [AskGroup, string]): object {
  return {
    ...{ zone, asked, layers: JSON.parse(layers) as unknown },
    asks: asks.map(({ caller, key, hash, id, units }) => ({
      ...{ caller, key, id, units },
      hash: Buffer.from(hash).toString('hex')
    }))
  };
}
