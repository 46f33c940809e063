import { findAdministrator, lockAdministrators } from '../../db/tables/administrators-table';
import { deleteOffer, lockOffer, readOffer } from '../../db/tables/ownership-table';
import { auditedTransaction } from '../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../write-path/audit';
import type { Deps } from '../write-path/deps';
import { sendNotices } from '../write-path/notices';
import { peopleOf } from './offer';

/** Ends an offer that nobody accepted in time, and tells the owner (OWN-3). */
export async function expireOffer(deps: Deps): Promise<void> {
  const open = await readOffer(deps.db);
  if (!open || open.expiresAt.getTime() > Date.now()) return;
  await auditedTransaction(deps.db, async (tx) => {
    // People before the offer, as everywhere.
    await lockAdministrators(
      tx,
      peopleOf(open).map((id) => ({ id, mode: 'share' }))
    );
    const offer = await lockOffer(tx);
    if (!offer || offer.expiresAt.getTime() > Date.now()) return;
    await deleteOffer(tx);
    const [from, to] = [await findAdministrator(tx, offer.fromId), await findAdministrator(tx, offer.toId)];
    const target = { type: 'administrator', id: offer.toId, name: to?.name ?? null };
    await record(
      tx,
      { actor: SYSTEM, request: systemRequest('housekeeping') },
      { action: 'ownership.expired', target, outcome: 'success' },
      [`person:${offer.toId}`]
    );
    if (from)
      await sendNotices(tx, [{ to: from, kind: 'ownership-expired', data: { to: to?.name ?? null } }]);
  });
}
