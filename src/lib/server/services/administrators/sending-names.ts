import type { Actor } from '../../../core/access/access';
import { barredFromPerson } from '../../../core/administrators/people';
import type { Refusal } from '../../../core/access/refusal';
import type { AuditEvent } from '../../../core/log/entry';
import { SEE_CAPS } from '../../../core/quotas/shown-caps';
import { emailKey } from '../../../core/text/names';
import type { Queryable } from '../../db/driver/client';
import {
  findByEmailKey,
  updateAdministrator,
  type AdministratorRow
} from '../../db/tables/administrators-table';
import {
  deleteSendingName,
  holderOfSendingName,
  putSendingName,
  readSendingNames
} from '../../db/tables/sending-names-table';
import { defineCommand, definePersonCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutate';
import { count, MOST_SENDING_NAMES, nameEvent, namesLostTo } from '../write-path/own-logins';
import { personState } from '../write-path/person-state';

export type SendingNamesAnswer = { seq: number; sendingNames: string[] };

const LONGEST_KEY = 254;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What somebody sends under besides their address, as `viewer` may see it: like their caps. Null: they may not. */
export async function shownSendingNames(
  tx: Queryable,
  viewer: Pick<Actor, 'id' | 'permissions'>,
  id: string
): Promise<string[] | null> {
  if (viewer.id !== id && !viewer.permissions.has(SEE_CAPS)) return null;
  return (await readSendingNames(tx, id)).map(({ name }) => name);
}

/**
 * Gives somebody a name that they send under: mail of this login counts against their caps from its commit on. One that another has is
 * moved only if whoever asks says from whom, and may change that one too.
 */
export const addSendingName = defineCommand('administrators.addSendingName', {
  people: ({ id, from }) => (from === undefined ? [id] : [id, from]),
  target: ({ id }) => ({ type: 'administrator', id }),
  async decide(context, { id, name, from }): Promise<Outcome<SendingNamesAnswer>> {
    const { tx } = context;
    const person = await personToChange(context, id);
    if ('refused' in person) return person;
    const { row } = person;
    const key = emailKey(name);
    // What it is compared by can be longer than it is written.
    if (key.length > LONGEST_KEY) return invalid(`A sending name has at most ${LONGEST_KEY} characters.`);
    if (UUID.test(key)) return invalid('A sending name cannot look like an id.');
    if (key === row.emailKey) return invalid('This is their email address: they already send under it.');
    const holder = await holderOfSendingName(tx, key);
    const names = await readSendingNames(tx, id);
    if (holder?.id === id) return { answer: answerOf(row.seq, names), events: [], touches: [] };
    const taken = await takenBy(context, { key, name, from });
    if (taken) return { refused: taken };
    if (names.length >= MOST_SENDING_NAMES)
      return invalid(`Somebody has at most ${MOST_SENDING_NAMES} sending names.`);
    const last = holder ? await personToChange(context, holder.id) : null;
    if (last && 'refused' in last) return last;
    const gone = last ? [] : await namesLostTo(tx, key, { ...row, login: name });
    await putSendingName(tx, { key, name, administratorId: id, userId: null });
    const added = await changed(context, row, name, 'added', { path: 'movedFrom', other: last?.row ?? null });
    const lost = last
      ? [await changed(context, last.row, name, 'removed', { path: 'movedTo', other: row })]
      : gone;
    return {
      answer: answerOf(row.seq + 1, await readSendingNames(tx, id)),
      events: [added, ...lost],
      touches: [`person:${id}`, ...(last ? [`person:${last.row.id}` as const] : [])]
    };
  }
});

/** Takes a name from somebody: whoever signs in with it is an unknown sender from then on. */
export const removeSendingName = definePersonCommand('administrators.removeSendingName', {
  includesDeactivated: true,
  judge: barred,
  async act(context, row, { name }): Promise<Outcome<SendingNamesAnswer>> {
    const { tx } = context;
    const names = await readSendingNames(tx, row.id);
    const key = emailKey(name);
    const found = names.find((each) => each.key === key);
    if (!found) return { answer: answerOf(row.seq, names), events: [], touches: [] };
    await deleteSendingName(tx, key);
    const event = await changed(context, row, found.name, 'removed');
    return {
      answer: answerOf(
        row.seq + 1,
        names.filter((each) => each !== found)
      ),
      events: [event],
      touches: [`person:${row.id}`]
    };
  }
});

/** Somebody who is there and whom the actor may change (ACC-2, ACC-4); one they did not name is not locked, and so not changed. */
async function personToChange(
  context: Decision,
  id: string
): Promise<{ row: AdministratorRow } | { refused: Refusal }> {
  const row = context.people.get(id);
  if (!row || row.deletedAt !== null) return { refused: { code: 'not-found', what: 'administrator' } };
  const refused = await barred(context, row);
  return refused ? { refused } : { row };
}

/** The owner's names are the owner's to set, because nobody else may; all others' are as their caps are. */
async function barred(context: Decision, row: AdministratorRow): Promise<Refusal | null> {
  if (row.owner && row.id === context.actor.id) return null;
  return barredFromPerson(context.actor, await personState(context, row));
}

/** Why a name cannot be given; null: nobody has it, or the one from whom it is to be taken. */
async function takenBy(
  { tx, actor }: Decision,
  { key, name, from }: { key: string; name: string; from: string | undefined }
): Promise<Refusal | null> {
  const seen = actor.permissions.has('people.administrators.view');
  const address = await findByEmailKey(tx, key);
  const holder = address ?? (await holderOfSendingName(tx, key));
  if (!holder || (!address && holder.id === from)) return null;
  if (!seen) return { code: 'input/taken', field: 'name', looksLike: name };
  const movable = address === null;
  return {
    ...{ code: 'input/taken', field: 'name', looksLike: holder.name },
    holder: { id: holder.id, name: holder.name, movable }
  };
}

async function changed(
  { tx }: Decision,
  row: AdministratorRow,
  name: string,
  what: 'added' | 'removed',
  moved?: { path: 'movedFrom' | 'movedTo'; other: AdministratorRow | null }
): Promise<AuditEvent> {
  await updateAdministrator(tx, row.id, { seq: row.seq + 1 });
  const now = (await readSendingNames(tx, row.id)).length;
  return nameEvent(row, what, name, [
    count(what === 'added' ? now - 1 : now + 1, now),
    ...(moved?.other ? [{ path: moved.path, old: null, new: moved.other.name }] : [])
  ]);
}

function answerOf(seq: number, names: readonly { name: string }[]): SendingNamesAnswer {
  return { seq, sendingNames: names.map(({ name }) => name) };
}

function invalid(message: string): { refused: Refusal } {
  return { refused: { code: 'input/invalid', field: 'name', message } };
}
