import { validate as isUuid } from 'uuid';
import type { Refusal } from '../../../core/access/refusal';
import type { AuditEvent } from '../../../core/log/entry';
import { emailKey } from '../../../core/text/names';
import {
  deleteSendingName,
  lockName,
  ownedBy,
  putSendingName,
  readSendingNames,
  type NameOwnerKind
} from '../../db/tables/sending-names-table';
import { addressHolder, SEES, type AddressHolder } from './address-holder';
import type { AffectedRecord } from './audit';
import type { Decision, Outcome } from './mutation';
import { count, MOST_SENDING_NAMES, nameEvent, namesLostTo, type NameKind } from './own-logins';

export type SendingNamesAnswer = { seq: number; sendingNames: string[] };

const LONGEST_KEY = 254;

/** Somebody who sends, locked to be changed. */
export type NameOwner = { id: string; name: string; emailKey: string; seq: number };

/** Functions and events that differ between the kinds of owners of sending names. */
export type NameOwners = NameKind & {
  /** Somebody who is there and whom the actor may change; one that was not named is not locked, and so not changed. */
  toChange(context: Decision, id: string): Promise<{ owner: NameOwner } | { refused: Refusal }>;
  /** Counts a change of the record. */
  count(context: Decision, owner: NameOwner): Promise<void>;
  affected(id: string): AffectedRecord;
};

/**
 * Gives somebody a name that they send under: mail of this login counts against their caps from its commit on. One
 * that another of the same kind has is moved only if whoever asks says from whom, and may change that one too; one
 * of another kind is not moved at all.
 */
export async function giveName(
  owners: NameOwners,
  context: Decision,
  { id, name, from }: { id: string; name: string; from?: string | undefined }
): Promise<Outcome<SendingNamesAnswer>> {
  const { tx } = context;
  const found = await owners.toChange(context, id);
  if ('refused' in found) return found;
  const { owner } = found;
  const key = emailKey(name);
  // What it is compared by can be longer than it is written.
  if (key.length > LONGEST_KEY) return invalid(`A sending name has at most ${LONGEST_KEY} characters.`);
  if (isUuid(key)) return invalid('A sending name cannot look like an id.');
  if (key === owner.emailKey) return invalid('This is their email address: they already send under it.');
  // Who has it stays so until this has committed: of two who give it at once, the later one finds it taken.
  await lockName(tx, key);
  const holder = await addressHolder(tx, key);
  const names = await readSendingNames(tx, id, owners.kind);
  if (holder?.id === id) return { answer: answerOf(owner.seq, names), events: [], affects: [] };
  const isMoved = holder?.kind === owners.kind && holder.email === null && holder.id === from;
  if (holder && !isMoved) return { refused: taken(context, owners.kind, holder, name) };
  if (names.length >= MOST_SENDING_NAMES)
    return invalid(`Somebody has at most ${MOST_SENDING_NAMES} sending names.`);
  const last = holder ? await owners.toChange(context, holder.id) : null;
  if (last && 'refused' in last) return last;
  const gone = last ? [] : await namesLostTo(tx, key, { ...owner, login: name });
  await putSendingName(tx, { key, name, ...ownedBy(owners.kind, id) });
  const added = await changed(owners, context, owner, name, 'added', last?.owner);
  const lost = last ? [await changed(owners, context, last.owner, name, 'removed', owner)] : gone;
  return {
    answer: answerOf(owner.seq + 1, await readSendingNames(tx, id, owners.kind)),
    events: [added, ...lost],
    affects: [owners.affected(id), ...(last ? [owners.affected(last.owner.id)] : [])],
    news: newsFor(owners, [id, ...(last ? [last.owner.id] : [])])
  };
}

/** Takes a name from somebody: whoever signs in with it is an unknown sender from then on. */
export async function takeName(
  owners: NameOwners,
  context: Decision,
  owner: NameOwner,
  name: string
): Promise<Outcome<SendingNamesAnswer>> {
  const names = await readSendingNames(context.tx, owner.id, owners.kind);
  const key = emailKey(name);
  const found = names.find((each) => each.key === key);
  if (!found) return { answer: answerOf(owner.seq, names), events: [], affects: [] };
  await deleteSendingName(context.tx, key);
  const event = await changed(owners, context, owner, found.name, 'removed');
  const left = names.filter((each) => each !== found);
  return {
    ...{ answer: answerOf(owner.seq + 1, left), events: [event], affects: [owners.affected(owner.id)] },
    news: newsFor(owners, [owner.id])
  };
}

/** Users whose own pages show their names: they have no document that says them. */
function newsFor({ kind }: NameOwners, ids: string[]): string[] {
  return kind === 'user' ? ids : [];
}

/** Refusal of a name that is taken: it names the holder for those who may see them. */
function taken({ actor }: Decision, kind: NameOwnerKind, holder: AddressHolder, name: string): Refusal {
  if (!actor.permissions.has(SEES[holder.kind]))
    return { code: 'input/taken', field: 'name', looksLike: name };
  const movable = holder.email === null && holder.kind === kind;
  return {
    ...{ code: 'input/taken', field: 'name', looksLike: holder.name },
    holder: { id: holder.id, name: holder.name, movable }
  };
}

async function changed(
  owners: NameOwners,
  context: Decision,
  owner: NameOwner,
  name: string,
  how: 'added' | 'removed',
  other?: NameOwner
): Promise<AuditEvent> {
  await owners.count(context, owner);
  const now = (await readSendingNames(context.tx, owner.id, owners.kind)).length;
  const isAdded = how === 'added';
  return nameEvent(owners, owner, how, name, [
    count(isAdded ? now - 1 : now + 1, now),
    ...(other ? [{ path: isAdded ? 'movedFrom' : 'movedTo', old: null, new: other.name }] : [])
  ]);
}

function answerOf(seq: number, names: readonly { name: string }[]): SendingNamesAnswer {
  return { seq, sendingNames: names.map(({ name }) => name) };
}

function invalid(message: string): { refused: Refusal } {
  return { refused: { code: 'input/invalid', field: 'name', message } };
}
