import type { Actor } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';
import type { AuditAction } from '../../../core/log/actions';
import type { AuditChange, AuditEvent, AuditTarget } from '../../../core/log/entry';
import { emailKey } from '../../../core/text/names';
import type { Queryable } from '../../db/driver/client';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { updateAdministrator } from '../../db/tables/administrators-table';
import { updateUser } from '../../db/tables/users-table';
import {
  deleteSendingName,
  goneHoldersOf,
  ownedBy,
  putSendingName,
  readSendingNames,
  type NameOwnerKind
} from '../../db/tables/sending-names-table';
import { emailTaken } from './email-taken';
import { personTarget } from './person-action';
import { userTarget } from './tenant-records';

// What mail servers know somebody by: the address, and the sending names beside it. Nobody gets away from their
// caps by another address.

/** Names of one person, at most. */
export const MOST_SENDING_NAMES = 50;

type Named = { id: string; name: string };
type Reached = Named & { email: string; emailKey: string };

/** Functions and events that differ between the kinds of accounts that have logins. */
export type NameKind = {
  kind: NameOwnerKind;
  target(of: Named): AuditTarget;
  setAddress(tx: AuditedTransaction, id: string, address: { email: string; emailKey: string }): Promise<void>;
  added: AuditAction;
  removed: AuditAction;
};

export const PEOPLE: NameKind = {
  ...{ kind: 'administrator', target: personTarget, setAddress: updateAdministrator },
  added: 'administrator.sending_name_added',
  removed: 'administrator.sending_name_removed'
};

export const USERS: NameKind = {
  ...{ kind: 'user', target: userTarget, setAddress: updateUser },
  added: 'user.sending_name_added',
  removed: 'user.sending_name_removed'
};

/**
 * Reason an account cannot have this address: another has it, or there is no room to keep the old one as a sending
 * name. Null: it can.
 */
export async function addressRefused(
  tx: Queryable,
  actor: Pick<Actor, 'permissions'>,
  row: Reached,
  email: string,
  { kind }: NameKind = PEOPLE
): Promise<Refusal | null> {
  const taken = await emailTaken(tx, actor, email, row.id);
  const key = emailKey(email);
  if (taken || key === row.emailKey) return taken;
  const names = (await readSendingNames(tx, row.id, kind)).filter((each) => each.key !== key);
  if (names.length < MOST_SENDING_NAMES) return null;
  const message = `The old address is kept as a sending name, and no one has more than ${MOST_SENDING_NAMES}: one must be removed first.`;
  return { code: 'input/invalid', field: 'email', message };
}

/**
 * Gives somebody another address, which `addressRefused` let pass. The old one stays theirs as a sending name, so
 * that mail under it counts for them until it is removed; one of their names that becomes the address is a name no
 * longer. Returns the events, besides that of the edit.
 */
export async function moveAddress(
  tx: AuditedTransaction,
  row: Reached,
  email: string,
  of: NameKind = PEOPLE
): Promise<AuditEvent[]> {
  const key = emailKey(email);
  const change = { email, emailKey: key };
  if (key === row.emailKey) {
    await of.setAddress(tx, row.id, change);
    return [];
  }
  const names = await readSendingNames(tx, row.id, of.kind);
  const own = names.find((each) => each.key === key);
  const lost = own ? [] : await namesLostTo(tx, key, { ...row, login: email });
  // In this order: each takes the lock of its name before the row of it.
  await putSendingName(tx, { key: row.emailKey, name: row.email, ...ownedBy(of.kind, row.id) });
  await of.setAddress(tx, row.id, change);
  if (own) await deleteSendingName(tx, key);
  const left = names.length - (own ? 1 : 0);
  const because: AuditChange = { path: 'email', old: null, new: null };
  return [
    ...(own ? [nameEvent(of, row, 'removed', own.name, [count(names.length, left), because])] : []),
    nameEvent(of, row, 'added', row.email, [count(left, left + 1), because]),
    ...lost
  ];
}

/**
 * Entries for each who is gone, and under whose name or address mail of this login stood until now: it is another's.
 * Asked before it is given; a sending name of theirs goes with that.
 */
export async function namesLostTo(
  tx: Queryable,
  key: string,
  { id, name, login }: Named & { login: string }
): Promise<AuditEvent[]> {
  const gone = await goneHoldersOf(tx, key, id);
  return gone.map(({ names, ...person }) =>
    nameEvent(PEOPLE, person, 'removed', login, [
      ...(names === null ? [] : [count(names, names - 1)]),
      { path: 'movedTo', old: null, new: name }
    ])
  );
}

/** The event of a name that somebody got or lost. It may be an address: apart, where it can be erased (LOG-7). */
export function nameEvent(
  of: NameKind,
  owner: Named,
  what: 'added' | 'removed',
  sendingName: string,
  change: AuditChange[]
): AuditEvent {
  return {
    action: of[what],
    target: of.target(owner),
    outcome: 'success',
    change,
    personal: { sendingName }
  };
}

/** Change of the number of sending names an account has. */
export function count(old: number, now: number): AuditChange {
  return { path: 'sendingNames', old, new: now };
}
