import type { Actor } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';
import type { AuditChange, AuditEvent } from '../../../core/log/entry';
import { emailKey } from '../../../core/text/names';
import type { Queryable } from '../../db/driver/client';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { updateAdministrator, type AdministratorRow } from '../../db/tables/administrators-table';
import {
  deleteSendingName,
  goneHoldersOf,
  putSendingName,
  readSendingNames
} from '../../db/tables/sending-names-table';
import { emailTaken } from './email-taken';
import { personTarget } from './person-action';

// What mail servers know somebody by: the address, and the sending names beside it. Nobody gets away from their caps by another address.

/** Names of one person, at most. */
export const MOST_SENDING_NAMES = 50;

const ACTIONS = {
  added: 'administrator.sending_name_added',
  removed: 'administrator.sending_name_removed'
} as const;

type Named = Pick<AdministratorRow, 'id' | 'name'>;

/** Why somebody cannot have this address: another has it, or there is no room to keep their old one as a sending name. Null: they can. */
export async function addressRefused(
  tx: Queryable,
  actor: Pick<Actor, 'permissions'>,
  row: AdministratorRow,
  email: string
): Promise<Refusal | null> {
  const taken = await emailTaken(tx, actor, email, row.id);
  const key = emailKey(email);
  if (taken || key === row.emailKey) return taken;
  const names = (await readSendingNames(tx, row.id)).filter((each) => each.key !== key);
  if (names.length < MOST_SENDING_NAMES) return null;
  const message = `The old address is kept as a sending name, and nobody has more than ${MOST_SENDING_NAMES}: one must be removed first.`;
  return { code: 'input/invalid', field: 'email', message };
}

/**
 * Gives somebody another address, which `addressRefused` let pass. The old one stays theirs as a sending name, so that mail under it counts
 * for them until it is removed; one of their names that becomes the address is a name no longer. Returns the events, besides that of the edit.
 */
export async function moveAddress(
  tx: AuditedTransaction,
  row: AdministratorRow,
  email: string
): Promise<AuditEvent[]> {
  const key = emailKey(email);
  const change = { email, emailKey: key };
  if (key === row.emailKey) {
    await updateAdministrator(tx, row.id, change);
    return [];
  }
  const names = await readSendingNames(tx, row.id);
  const own = names.find((each) => each.key === key);
  const lost = own ? [] : await namesLostTo(tx, key, { ...row, login: email });
  // In this order: each takes the lock of its name before the row of it.
  await putSendingName(tx, { key: row.emailKey, name: row.email, administratorId: row.id });
  await updateAdministrator(tx, row.id, change);
  if (own) await deleteSendingName(tx, key);
  const left = names.length - (own ? 1 : 0);
  const because: AuditChange = { path: 'email', old: null, new: null };
  return [
    ...(own ? [nameEvent(row, 'removed', own.name, [count(names.length, left), because])] : []),
    nameEvent(row, 'added', row.email, [count(left, left + 1), because]),
    ...lost
  ];
}

/**
 * Of each who is gone and under whose name or address mail of this login stood until now, that it is another's. Asked before it is
 * given; a sending name of theirs goes with that.
 */
export async function namesLostTo(
  tx: Queryable,
  key: string,
  { id, name, login }: Named & { login: string }
): Promise<AuditEvent[]> {
  const gone = await goneHoldersOf(tx, key, id);
  return gone.map(({ names, ...of }) =>
    nameEvent(of, 'removed', login, [
      ...(names === null ? [] : [count(names, names - 1)]),
      { path: 'movedTo', old: null, new: name }
    ])
  );
}

/** The event of a name that somebody got or lost. It may be an address: apart, where it can be erased (LOG-7). */
export function nameEvent(
  of: Named,
  what: keyof typeof ACTIONS,
  sendingName: string,
  change: AuditChange[]
): AuditEvent {
  return {
    action: ACTIONS[what],
    target: personTarget(of),
    outcome: 'success',
    change,
    personal: { sendingName }
  };
}

/** How many names somebody had, and has. */
export function count(old: number, now: number): AuditChange {
  return { path: 'sendingNames', old, new: now };
}
