import type { Refusal, RefusalCode } from '../access/refusal';
import { COMMANDS, type HandedCommandName } from '../commands';
import { ROLE_RIGHTS } from '../roles/role-kinds';
import type { RefusedPart } from '../roles/roles';

// A change that was refused to somebody can be handed to somebody else (LIV-8). A hand-over is a request among
// people: it gives nobody any right, and what comes of it is the recipient's own change, judged as theirs.

/** The commands that can be handed on. */
export type HandedProcedure = HandedCommandName;

/** `open` until its recipient applied or declined it, or its sender took it back. */
export type HandoverState = 'open' | 'applied' | 'declined' | 'withdrawn';

/** State of a possible recipient: `gone` is deactivated, deleted, or never signed in yet. */
export type PartyState = 'active' | 'suspended' | 'gone';

/** Codes of refusals where somebody else may help or decide. Nobody can help with what is gone. */
export const HANDED_REASONS = [
  'access/permission-required',
  'access/not-held',
  'access/not-dominated',
  'access/self',
  'access/owner',
  'access/locked',
  'access/last-super',
  'access/cap-above-own',
  'conflict/revoked-since',
  'conflict/changed-since',
  'conflict/in-use',
  'input/taken',
  'input/invalid',
  'input/unknown-permission'
] as const satisfies readonly RefusalCode[];

/** Subject of a hand-over. */
export type HandoverSubject =
  { type: 'role' | 'user-role' | 'person'; id: string } | { type: 'new-role' | 'new-user-role'; id: null };

/** Names of subjects for somebody who may not read them. */
export const UNNAMED = {
  role: 'a role',
  'user-role': 'a user role',
  person: 'an administrator',
  'new-role': 'a new role',
  'new-user-role': 'a new user role'
} as const;

/** The most that wait of one sender for one recipient. */
export const MOST_OPEN = 50;
/** The most within an hour from one to one, those that ended included: taking back makes no room for more noise. */
export const MOST_AN_HOUR = 60;

/** The subject of a procedure with this input. */
export function handoverSubject(procedure: HandedProcedure, input: object): HandoverSubject {
  const type = COMMANDS[procedure].about;
  return type === 'new-role' || type === 'new-user-role'
    ? { type, id: null }
    : { type, id: String('id' in input ? input.id : undefined) };
}

/** The commands that change fields and permissions of a record. */
export type EditingProcedure = 'roles.edit' | 'userRoles.edit' | 'administrators.update';

/**
 * True if a command changes fields and permissions of a record one by one: the others land as a whole or not at
 * all.
 */
export function isEdit(procedure: string): procedure is EditingProcedure {
  return (
    procedure === 'roles.edit' || procedure === 'userRoles.edit' || procedure === 'administrators.update'
  );
}

/** Fields of a request besides what it asks for: they differ from those of another who asks for the same. */
const FRAME: ReadonlySet<string> = new Set(['op', 'claimedAt', 'id', 'seen', 'seenParts']);

/** Fields that belong to the one request, or to what its author knew. */
const OF_THE_REQUEST: ReadonlySet<string> = new Set(['op', 'claimedAt', 'seen', 'seenParts']);

/**
 * The single things that are asked for, each by the name that a refusal of it has: permissions by id, fields,
 * `caps.daily`. What lands as one or not at all is one, without a name.
 */
export function requestedParts(
  procedure: HandedProcedure,
  input: Record<string, unknown>
): [string, unknown][] {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  if (!isEdit(procedure))
    return [['', Object.fromEntries(given.filter(([key]) => !OF_THE_REQUEST.has(key)))]];
  return given
    .filter(([key]) => !FRAME.has(key))
    .flatMap(([key, value]): [string, unknown][] => {
      if (key === 'grant' || key === 'revoke')
        return (value as string[]).map((id): [string, unknown] => [id, key === 'grant']);
      if (key === 'caps')
        return Object.entries(value as object).map(([cap, limit]): [string, unknown] => [
          `caps.${cap}`,
          limit
        ]);
      return [[key, value]];
    });
}

/** Verdict of a decision: all of it was refused, or some parts. */
export type Verdict = { refused: Refusal } | { parts: readonly RefusedPart[] };

/**
 * Reason why what is asked was refused, of all that was refused together with it; null where nothing of it was, or
 * nobody else could help.
 */
export function reasonIn(verdict: Verdict, asked: readonly [string, unknown][]): Refusal | null {
  if ('refused' in verdict) return isHandedReason(verdict.refused) ? verdict.refused : null;
  const keys = new Set(asked.map(([key]) => key));
  const isAsked = ({ field, permission }: RefusedPart) =>
    keys.has('') ||
    keys.has(field !== undefined && field !== 'grant' && field !== 'revoke' ? field : (permission ?? ''));
  const own = verdict.parts.filter((part) => isHandedReason(part) && isAsked(part));
  const [first] = own;
  if (first?.code !== 'access/not-held') return first ?? null;
  // One sentence names all that they lack.
  const lacking = own.flatMap((part) => (part.code === 'access/not-held' ? part.permissions : []));
  return { ...first, permissions: [...new Set(lacking)] };
}

/** True if somebody else may help, or decide. */
function isHandedReason({ code }: Refusal): boolean {
  return HANDED_REASONS.some((each) => each === code);
}

/** True if somebody may read what a hand-over is about, as they may read the documents of it. */
export function mayReadSubject(
  reader: { roleId: string; permissions: ReadonlySet<string> },
  subject: HandoverSubject
): boolean {
  if (subject.type === 'person') return reader.permissions.has('people.administrators.view');
  if (subject.type === 'role' && subject.id === reader.roleId) return true;
  const kind = subject.type === 'user-role' || subject.type === 'new-user-role' ? 'user' : 'administrator';
  return reader.permissions.has(ROLE_RIGHTS[kind].view);
}

/**
 * Decides whether a change may be handed to somebody: they are here, they may see what it is about, and they are
 * not flooded. Null: it may.
 */
export function decideHandOver(
  sender: { id: string },
  recipient: { id: string; name: string; standing: PartyState; mayRead: boolean },
  waiting: { open: number; lastHour: number }
): Refusal | null {
  const no = (message: string): Refusal => ({ code: 'input/invalid', field: 'to', message });
  const { name } = recipient;
  if (recipient.id === sender.id) return no('Choose someone other than yourself.');
  if (recipient.standing !== 'active') return no(`${name} can’t sign in right now.`);
  if (!recipient.mayRead) return no(`${name} can’t see what this is about.`);
  if (waiting.open >= MOST_OPEN)
    return no(
      `${waiting.open} changes of yours already wait for ${name}. Withdraw some, or wait for an answer.`
    );
  if (waiting.lastHour >= MOST_AN_HOUR)
    return no(`You sent ${name} many changes in the last hour. Try again later.`);
  return null;
}

/**
 * Decides whether somebody may end a hand-over: its recipient by applying or declining it, its sender by taking it
 * back; once. Null: they may.
 */
export function decideEnd(
  actor: { id: string },
  handover: { fromId: string; toId: string; state: HandoverState },
  end: Exclude<HandoverState, 'open'>
): Refusal | null {
  const whose = end === 'withdrawn' ? handover.fromId : handover.toId;
  // Whose it is not learns nothing of it.
  if (whose !== actor.id) return { code: 'not-found', what: 'hand-over' };
  if (handover.state !== 'open') return { code: 'conflict/ended', state: handover.state };
  return null;
}
