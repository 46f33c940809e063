import {
  commitHold,
  findCharge,
  findNewestCharge,
  releaseCharge,
  type ResolveOutcome
} from '../../db/tables/ledger-table';
import type { Deps } from '../write-path/deps';
import { insist } from './insist';
import type { CallerScope } from './ledger';

/** Outcome of a reservation. It is resolved once; whoever comes later is told how. */
export type Resolved =
  | { units: number; returned: number }
  | { refused: 'ledger/unknown' | 'ledger/expired' | 'ledger/released' }
  | { refused: 'ledger/committed'; units: number }
  | { refused: 'ledger/above-hold'; held: number };

type LedgerDeps = Pick<Deps, 'db'>;

/** Says how many units of a reservation were used; null: all. The rest comes back. */
export async function commit(
  { db }: LedgerDeps,
  caller: CallerScope,
  { reservation, units }: { reservation: string; units: number | null }
): Promise<Resolved> {
  let attempts = 0;
  const outcome = await insist(() => {
    attempts += 1;
    return commitHold(db, { caller, id: reservation, units });
  });
  // A commit whose answer was lost finds its own work.
  if (attempts > 1 && outcome.outcome === 'committed' && (units === null || outcome.units === units))
    return { units: outcome.units, returned: outcome.returned };
  return resolved(outcome);
}

/**
 * Gives back a reservation; or, by the key it was asked for with, what was charged without one, while its windows
 * run.
 */
export async function release(
  { db }: LedgerDeps,
  caller: CallerScope,
  what: { reservation: string } | { key: string } | { keyHead: string }
): Promise<Resolved> {
  const id = await insist(async () => {
    if ('reservation' in what) return what.reservation;
    if ('key' in what) return findCharge(db, caller, what.key);
    return findNewestCharge(db, caller, what.keyHead);
  });
  if (id === null) return { refused: 'ledger/unknown' };
  let attempts = 0;
  const outcome = await insist(() => {
    attempts += 1;
    return releaseCharge(db, { caller, id });
  });
  if (attempts > 1 && outcome.outcome === 'released') return { units: 0, returned: outcome.returned };
  return resolved(outcome);
}

function resolved(outcome: ResolveOutcome): Resolved {
  switch (outcome.outcome) {
    case 'resolved':
      return { units: outcome.units, returned: outcome.returned };
    case 'committed':
      return { refused: 'ledger/committed', units: outcome.units };
    case 'above-hold':
      return { refused: 'ledger/above-hold', held: outcome.held };
    case 'released':
    case 'expired':
    case 'unknown':
      return { refused: `ledger/${outcome.outcome}` };
  }
}
