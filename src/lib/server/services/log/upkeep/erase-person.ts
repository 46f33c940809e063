import { emailKey } from '../../../../core/text/names';
import { findByEmailKey, readAdministrators } from '../../../db/tables/administrators-table';
import { erasePersonalData } from '../../../db/log/retention-table';
import { auditedTransaction } from '../../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';
import { RescueError } from '../../rescue/rescue';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Erases the personal data of one person from the log: addresses, devices and emails of what they did and of what was done to
 * them (LOG-7). The entries stay, with names, and verify as before; an entry says that it was done.
 * @param who an email, or the id of somebody whose account is gone
 */
export async function erasePerson(deps: Deps, who: string, user: string): Promise<{ line: string }> {
  const people = await readAdministrators(deps.db);
  const key = emailKey(who);
  const person =
    people.find(({ id }) => id === who) ??
    (await findByEmailKey(deps.db, key)) ??
    people.find((each) => each.emailKey === key);
  if (!person && !UUID.test(who))
    throw new RescueError(
      `No account has the address ${who}. Of a deleted account give the id that the log names.`
    );
  const target = { type: 'administrator', id: person?.id ?? who, name: person?.name ?? null };
  const emails = [...new Set([person?.email, UUID.test(who) ? undefined : who])].filter(
    (each) => each !== undefined
  );
  const gone = await auditedTransaction(deps.db, async (tx) => {
    const id = await record(
      tx,
      { actor: { ...SYSTEM, via: 'cli' }, request: systemRequest('erasure') },
      { action: 'audit.erase', target, outcome: 'success', change: [{ path: 'user', old: null, new: user }] },
      ['feed:all']
    );
    return erasePersonalData(tx, id, emails);
  });
  return {
    line: `The personal data of ${target.name ?? target.id} were erased from ${gone} ${gone === 1 ? 'entry' : 'entries'} of the log. Backups and exports still hold them.`
  };
}
