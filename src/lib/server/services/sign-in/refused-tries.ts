import { networkOf } from '../../auth/attempts';
import { beginRefused, countRefused, endRefused } from '../../db/tables/throttle-table';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import type { Deps } from '../write-path/deps';

/**
 * Counts a try at a sign-in that is no entry of its own, so that nobody fills the log from outside (LOG-6). The first
 * in a minute is one, written by `first`; all of that minute become one more when it is over.
 */
export async function countRefusedTry(
  deps: Deps,
  ip: string | null,
  first: (tx: AuditedTransaction) => Promise<unknown>
): Promise<void> {
  const block = await countRefused(deps.db, ip === null ? '' : networkOf(ip));
  if (block === 'open' || (block === 'over' && (await endRefusedTries(deps)))) return;
  await auditedTransaction(deps.db, async (tx) => {
    if (await beginRefused(tx)) await first(tx);
  });
}

/** Writes what was refused in a minute that is over. Any process does, also for one that is gone. */
export async function endRefusedTries(deps: Deps): Promise<boolean> {
  return auditedTransaction(deps.db, async (tx) => {
    const ended = await endRefused(tx);
    if (!ended) return false;
    const { count, addresses, most, until } = ended;
    await record(
      tx,
      { actor: SYSTEM, request: { ...systemRequest('refused-tries'), ip: most } },
      {
        action: 'auth.tries_refused',
        target: { type: 'account', id: 'unknown', name: null },
        outcome: 'denied',
        reason: 'throttled',
        change: [
          { path: 'tries', old: null, new: count },
          { path: 'addresses', old: null, new: addresses },
          { path: 'until', old: null, new: until.toISOString() }
        ]
      },
      []
    );
    return true;
  });
}
