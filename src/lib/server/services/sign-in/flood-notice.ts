import { mayTellOfFlood, wasToldOfFlood } from '../../auth/attempts';
import { findOwner } from '../../db/tables/administrators-table';
import { auditedTransaction } from '../../db/driver/transaction';
import type { Deps } from '../write-path/deps';
import { sendNotices } from '../write-path/notices';

/**
 * Tells the owner that so many sign-ins are tried that some are turned away for that alone: once an hour, whichever
 * process sees it.
 */
export async function notifyOfFlood(deps: Deps): Promise<void> {
  if (await wasToldOfFlood(deps.db)) return;
  await auditedTransaction(deps.db, async (tx) => {
    if (!(await mayTellOfFlood(tx))) return;
    const owner = await findOwner(tx);
    if (owner) await sendNotices(tx, [{ to: owner, kind: 'many-sign-ins', data: {} }]);
  });
}
