import type { AuditChange } from '../../../core/log/entry';
import { SUPER_ADMINISTRATOR } from '../../../core/access/catalogue';
import { emailKey } from '../../../core/text/names';
import {
  findByEmailKey,
  lockAdministrators,
  membersOf,
  readAdministrators,
  type AdministratorRow
} from '../../db/tables/administrators-table';
import { auditedTransaction, declareRescue, type AuditedTransaction } from '../../db/driver/transaction';
import { endSessions } from '../credentials/end-sessions';
import { notifyAuthority } from '../../db/driver/notify';
import { record, SYSTEM, systemRequest, type AffectedRecord } from '../write-path/audit';
import type { Deps } from '../write-path/deps';
import { sendNotices } from '../write-path/notices';
import { personTarget } from '../write-path/person-action';

/** A rescue that cannot be done, in one line for whoever asked. */
export class RescueError extends Error {
  override name = 'RescueError';
}

export type RescueCommand = 'reset-password' | 'reset-2fa' | 'make-super';

/** Changes a rescue made to the record. */
export type RescueChange = {
  change: AuditChange[];
  affects?: AffectedRecord[];
};

const MOST_SUPERS = 1000;

/**
 * Changes somebody from the server itself, past all rights: one transaction that ends their sessions, writes an
 * entry and tells every Super Administrator. It must run as the owner of the tables: only there may the last usable
 * one be changed.
 * @param user who is signed in to the server
 * @returns the person as they were, and how many sessions were ended
 */
export async function rescue(
  deps: Deps,
  command: RescueCommand,
  given: { email: string; user: string },
  act: (tx: AuditedTransaction, person: AdministratorRow) => Promise<RescueChange>
): Promise<{ person: AdministratorRow; ended: number }> {
  const found = await personOf(deps, given.email);
  return auditedTransaction(deps.db, async (tx) => {
    await declareRescue(tx);
    const person = (await lockAdministrators(tx, [{ id: found.id, mode: 'update' }])).get(found.id);
    if (!person) throw new RescueError(`No account has the address ${given.email}.`);
    const { change, affects = [] } = await act(tx, person);
    const ended = await endSessions(tx, person.id);
    await record(
      tx,
      { actor: { ...SYSTEM, via: 'cli' }, request: systemRequest('rescue') },
      {
        action: 'administrator.rescued',
        target: personTarget(person),
        outcome: 'success',
        reason: command,
        change: [
          { path: 'user', old: null, new: given.user },
          ...change,
          { path: 'sessionsEnded', old: null, new: ended.length }
        ]
      },
      [`person:${person.id}`, ...affects]
    );
    await notifyAuthority(tx, [`person:${person.id}`]);
    const data = { command, name: person.name, user: given.user };
    const supers = (await membersOf(tx, SUPER_ADMINISTRATOR, MOST_SUPERS)).filter(
      ({ status }) => status === 'active'
    );
    await sendNotices(
      tx,
      supers.map((to) => ({ to, kind: 'rescue', data }))
    );
    return { person, ended: ended.length };
  });
}

/** Whoever has this address; of several who had it, the one who has it now. */
async function personOf(deps: Deps, email: string): Promise<AdministratorRow> {
  const key = emailKey(email);
  const person =
    (await findByEmailKey(deps.db, key)) ??
    (await readAdministrators(deps.db)).find((each) => each.emailKey === key);
  if (!person)
    throw new RescueError(`No account has the address ${email}. The command “list” shows who there is.`);
  return person;
}
