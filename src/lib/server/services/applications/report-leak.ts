import { parseKey } from '../../../core/applications/key-format';
import { isKeySecret } from '../../auth/api-keys';
import { notifyAuthority } from '../../db/driver/notify';
import { pipelined } from '../../db/driver/pipelined';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import { findAdministrator, findOwner, lockAdministrators } from '../../db/tables/administrators-table';
import { findKeyByKid, lockKey, ownerOf, updateKey, type KeyRow } from '../../db/tables/api-keys-table';
import { lockApplications } from '../../db/tables/applications-table';
import { lockUsers } from '../../db/tables/users-table';
import { keyRevoked, type KeyOwner } from '../credentials/key-events';
import { ANONYMOUS, record } from '../write-path/audit';
import type { RequestFacts } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { sendNotices, type Notice } from '../write-path/notices';

/**
 * Revokes a key that somebody found where it should not be (SECURITY O-02): the key itself is the proof. It takes
 * no session, and whoever reports what is none, or no longer works, is told nothing else.
 */
export async function reportLeak(deps: Pick<Deps, 'db'>, request: RequestFacts, text: string): Promise<void> {
  const parts = parseKey(text);
  const found = parts && (await findKeyByKid(deps.db, parts.kid));
  if (!found || !isKeySecret(parts.secret, found.secretHash) || found.revokedAt !== null) return;
  await auditedTransaction(deps.db, (tx) => revokeLeaked(tx, request, found));
}

async function revokeLeaked(tx: AuditedTransaction, request: RequestFacts, found: KeyRow): Promise<void> {
  const holder = await lockHolder(tx, found);
  const key = await lockKey(tx, found.id, 'update');
  if (!key || key.revokedAt !== null) return;
  await updateKey(tx, key.id, { revokedAt: new Date(), revokedReason: 'leaked' });
  await record(tx, { actor: ANONYMOUS, request }, keyRevoked(key, holder.of, 'leaked'), [holder.ref]);
  await notifyAuthority(tx, [holder.ref]);
  const { of } = holder;
  const data = { name: key.name, application: of.type === 'application' ? of.name : null };
  await sendNotices(
    tx,
    holder.told.map((to) => ({ to, kind: 'key-leaked', data }))
  );
}

type Holder = {
  of: KeyOwner;
  ref: `application:${string}` | `person:${string}` | `user:${string}`;
  /**
   * People to be told: of a personal key its person; of an application's key whoever answers for the application,
   * or else the owner, and whoever made the key.
   */
  told: Notice['to'][];
};

/** Locks the holder of a key before the key itself, as everybody does who ends one. */
async function lockHolder(tx: AuditedTransaction, key: KeyRow): Promise<Holder> {
  const { type, id } = ownerOf(key);
  if (type === 'user') {
    const user = (await lockUsers(tx, [{ id, mode: 'share' }])).get(id);
    const told = user && user.deletedAt === null ? [{ kind: type, id, email: user.email }] : [];
    return { of: { type, id, name: user?.name ?? id }, ref: `user:${id}`, told };
  }
  if (type === 'administrator') {
    const person = (await lockAdministrators(tx, [{ id, mode: 'share' }])).get(id);
    const of = { type, id, name: person?.name ?? id };
    return { of, ref: `person:${id}`, told: person ? [person] : [] };
  }
  const application = (await lockApplications(tx, [{ id, mode: 'update' }])).get(id);
  const answering = [...new Set([application?.stewardId, key.madeBy])].filter(
    (who) => who !== null && who !== undefined
  );
  const known = await pipelined(answering.map((who) => findAdministrator(tx, who)));
  // Who cannot sign in does nothing about it: then the owner knows as well.
  const present = known.filter((person) => person !== null && person.status === 'active');
  const isAnswered = present.some((person) => person?.id === application?.stewardId);
  const owner = isAnswered ? null : await findOwner(tx);
  const others = owner !== null && present.every((person) => person?.id !== owner.id) ? [owner] : [];
  const told = [...present.filter((person) => person !== null), ...others];
  return { of: { type, id, name: application?.name ?? id }, ref: `application:${id}`, told };
}
