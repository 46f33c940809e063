import type { SecretVoid } from '../../../core/administrators/activation';
import { endSession, type LiveSession } from '../../auth/sessions';
import type { AccountRow } from '../../db/tables/accounts-table';
import { findOwner } from '../../db/tables/administrators-table';
import { notifyAuthority } from '../../db/driver/notify';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { record } from '../write-path/audit';
import { auditActor } from '../write-path/audit-actor';
import type { RequestFacts } from '../write-path/caller';
import { sendNotices } from '../write-path/notices';

/**
 * Reason in the log for a secret that was right and opened nothing; whoever gave it gets the same answer as
 * everybody.
 */
export const VOID_SECRET = 'activation-void';

/** Tells the owner, once for each secret, that somebody came with one which is void (OWN-3). */
export async function notifyOfVoidSecret(
  tx: AuditedTransaction,
  person: AccountRow,
  { by }: SecretVoid
): Promise<void> {
  const owner = await findOwner(tx);
  if (!owner || person.activationExpiresAt === null) return;
  const once = `${VOID_SECRET}/${person.id}/${person.activationExpiresAt.toISOString()}`;
  await sendNotices(tx, [{ to: owner, kind: 'activation-void', data: { name: person.name, by }, once }]);
}

/** Ends a sign-in that was begun with a secret which has become void since. */
export async function endOfVoidSecret(
  tx: AuditedTransaction,
  given: { person: AccountRow; why: SecretVoid; live: LiveSession; request: RequestFacts }
): Promise<void> {
  const { person, why, live, request } = given;
  const { sid, aal } = live.session;
  await endSession(tx, sid);
  await record(
    tx,
    { actor: auditActor(person, sid, aal), request },
    {
      action: 'session.revoked',
      target: { type: 'session', id: sid, name: null },
      outcome: 'success',
      reason: VOID_SECRET
    },
    []
  );
  await notifyAuthority(tx, [`session:${sid}`]);
  await notifyOfVoidSecret(tx, person, why);
}
