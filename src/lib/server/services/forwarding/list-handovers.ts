import {
  handoverSubject,
  mayReadSubject,
  UNNAMED,
  type HandedProcedure,
  type HandoverState,
  type HandoverSubject,
  type PartyState
} from '../../../core/forwarding/handovers';
import type { Refusal } from '../../../core/access/refusal';
import type { RoleKind } from '../../../core/roles/role-kinds';
import { readAdministrators } from '../../db/tables/administrators-table';
import { handoversFrom, openHandoversTo, type HandoverRow } from '../../db/tables/handovers-table';
import { readRoles } from '../../db/tables/roles-table';
import { ask } from '../write-path/ask';
import type { ActingPerson } from '../write-path/acting-person';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { partyStateOf } from './party-state';

type Party = { id: string; name: string; standing: PartyState };

export type HandoverView = {
  id: string;
  from: Party;
  to: Party;
  procedure: HandedProcedure;
  input: Record<string, unknown>;
  /** Subject of the hand-over: its present name, and its state; `hidden`: not for whoever asks to know. */
  subject: HandoverSubject & { name: string | null; state: 'there' | 'gone' | 'hidden' };
  /** Name of the subject when it was sent. */
  label: string;
  /**
   * Reason it was refused, as the server said it; null when that would tell more of the subject than the reader
   * may know.
   */
  reason: Refusal | null;
  /** The operation under which it was refused: for its author, to hand it on again. */
  refused: string | null;
  /** It was not asked for in vain: what would have been answered was judged when it was sent. */
  judged: boolean;
  /** Its author's words. */
  note: string;
  state: HandoverState;
  /** Time it was refused, or judged. */
  askedAt: string;
  sentAt: string;
  endedAt: string | null;
  endNote: string;
};

export type HandoverLists = {
  /** Open hand-overs to whoever asks. */
  toMe: HandoverView[];
  /** Hand-overs they sent: open ones, and those that ended lately. */
  fromMe: HandoverView[];
};

/** Hand-overs to the caller, and those the caller sent. */
export function listHandovers(deps: Deps, caller: Caller): Promise<RefusalOr<HandoverLists>> {
  return ask<HandoverLists>(deps, caller, { name: 'handovers.list', permission: null }, async (actor) => {
    const [to, from] = await Promise.all([
      openHandoversTo(deps.db, actor.id),
      handoversFrom(deps.db, actor.id)
    ]);
    const known = await lookUp(deps, [...to, ...from]);
    const view = (row: HandoverRow) => handoverView(row, actor, known);
    return { answer: { toMe: to.map(view), fromMe: from.map(view) } };
  });
}

type Known = {
  people: ReadonlyMap<string, Awaited<ReturnType<typeof readAdministrators>>[number]>;
  roles: ReadonlyMap<string, { kind: RoleKind; name: string }>;
};

async function lookUp({ db }: Deps, rows: readonly HandoverRow[]): Promise<Known> {
  const subjects = rows.map((row) => handoverSubject(row.procedure, row.input));
  const idsOf = (about: 'roles' | 'people') =>
    subjects.flatMap(({ type, id }) =>
      id !== null && (type === 'person') === (about === 'people') ? [id] : []
    );
  const ids = [...new Set([...rows.flatMap(({ fromId, toId }) => [fromId, toId]), ...idsOf('people')])];
  const [people, roles] = await Promise.all([
    readAdministrators(db, ids),
    readRoles(db, [...new Set(idsOf('roles'))])
  ]);
  return {
    people: new Map(people.map((row) => [row.id, row])),
    roles: new Map(roles.map(({ id, kind, name }) => [id, { kind, name }]))
  };
}

/** Name of a record; null where it is gone. A role of another kind than the one asked about counts as gone. */
function nameOf(
  { people, roles }: Known,
  { type, id }: Exclude<HandoverSubject, { id: null }>
): string | null {
  if (type === 'person') return people.get(id)?.name ?? null;
  const role = roles.get(id);
  return role && (role.kind === 'user') === (type === 'user-role') ? role.name : null;
}

function handoverView(row: HandoverRow, actor: ActingPerson, known: Known): HandoverView {
  const { id, procedure, input, note, state, endNote } = row;
  const own = row.fromId === actor.id;
  const party = (personId: string, name: string): Party => {
    const person = known.people.get(personId);
    return { id: personId, name: person?.name ?? name, standing: partyStateOf(person) };
  };
  const subject = handoverSubject(procedure, input);
  const hidden = !mayReadSubject(actor, subject);
  const name = hidden || subject.id === null ? null : nameOf(known, subject);
  const gone = subject.id !== null && name === null;
  return {
    id,
    from: party(row.fromId, row.fromName),
    to: party(row.toId, row.toName),
    procedure,
    input,
    subject: { ...subject, name, state: hidden ? 'hidden' : gone ? 'gone' : 'there' },
    label: hidden && !own ? UNNAMED[subject.type] : row.label,
    // What stood against it may be a value of the subject. Its author was told it already.
    reason: hidden && !own ? null : row.reason,
    refused: own ? row.refusedOp : null,
    judged: row.refusedOp === null,
    note,
    state,
    askedAt: row.askedAt.toISOString(),
    sentAt: row.sentAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    endNote
  };
}
