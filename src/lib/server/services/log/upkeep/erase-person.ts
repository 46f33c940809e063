import { setTimeout as sleep } from 'node:timers/promises';
import { domainToUnicode } from 'node:url';
import { validate as isUuid } from 'uuid';
import { emailKey } from '../../../../core/text/names';
import { findByEmailKey, readAdministrators } from '../../../db/tables/administrators-table';
import { beginErasure, erasureState } from '../../../db/log/erasures-table';
import { auditedTransaction } from '../../../db/driver/transaction';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';
import { RescueError } from '../../rescue/rescue';
import { eraseDue } from './erase-due';

/** A running console gives the entry about it its number in much less; without one there is nobody who does. */
const NUMBERED_WITHIN_MS = 10_000;

/**
 * Erases the personal data of one person from the log: addresses, devices and emails of what they did and of what was
 * done to them (LOG-7). The entries stay, with names, and verify as before; an entry says that it was done.
 * @param who an email, or the id of somebody whose account is gone
 */
export async function erasePerson(deps: Deps, who: string, user: string): Promise<{ line: string }> {
  const people = await readAdministrators(deps.db);
  const key = emailKey(who);
  const person =
    people.find(({ id }) => id === who) ??
    (await findByEmailKey(deps.db, key)) ??
    people.find((each) => each.emailKey === key);
  if (!person && !isUuid(who))
    throw new RescueError(
      `No account has the address ${who}. Of a deleted account give the id that the log names.`
    );
  const target = { type: 'administrator', id: person?.id ?? who, name: person?.name ?? null };
  const emails = spellingsOf([person?.email, isUuid(who) ? undefined : who]);
  const n = await auditedTransaction(deps.db, async (tx) => {
    const id = await record(
      tx,
      { actor: { ...SYSTEM, via: 'cli' }, request: systemRequest('erasure') },
      { action: 'audit.erase', target, outcome: 'success', change: [{ path: 'user', old: null, new: user }] },
      ['feed:all']
    );
    return beginErasure(tx, id, emails);
  });
  const said = target.name ?? target.id;
  const gone = await erased(deps, n);
  if (gone === null)
    return {
      line: `The personal data of ${said} will be erased from the log as soon as the console runs. Backups and exports still hold them.`
    };
  return {
    line: `The personal data of ${said} were erased from ${gone} ${gone === 1 ? 'entry' : 'entries'} of the log. Backups and exports still hold them.`
  };
}

/** Addresses as entries may hold them: as typed, and with an international domain in both of its spellings. */
function spellingsOf(addresses: readonly (string | undefined)[]): string[] {
  const known = addresses.filter((each) => each !== undefined);
  const keys = known.map(emailKey);
  const inLetters = keys.map((key) => key.replace(/[^@]*$/, (domain) => domainToUnicode(domain) || domain));
  return [...new Set([...known, ...keys, ...inLetters])];
}

/**
 * Number of entries from which an erasure took something, once it is done; null: nothing went on for a while, and the
 * console does it when it runs.
 */
async function erased(deps: Deps, n: number): Promise<number | null> {
  let last = await erasureState(deps.db, n);
  for (let since = Date.now(); Date.now() - since < NUMBERED_WITHIN_MS; await sleep(100)) {
    await eraseDue(deps);
    const now = await erasureState(deps.db, n);
    if (now.ended) return now.gone;
    if (now.gone > last.gone) since = Date.now();
    last = now;
  }
  return null;
}
