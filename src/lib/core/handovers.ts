import type { Refusal, RefusalCode } from './refusal';

// A change that was refused to somebody can be handed to somebody else (LIV-8). A hand-over is a request among people: it gives nobody
// any right, and what comes of it is the recipient's own change, judged as theirs.

/** What can be handed on, by what it is about: what a device keeps until it lands, and nothing that holds a secret. */
export const HANDED_PROCEDURES = {
  'roles.edit': 'role',
  'roles.create': 'new-role',
  'roles.delete': 'role',
  'roles.restore': 'role',
  'roles.revokeSessions': 'role',
  'administrators.update': 'person',
  'administrators.suspend': 'person',
  'administrators.reactivate': 'person',
  'administrators.unlock': 'person',
  'administrators.delete': 'person',
  'administrators.require2fa': 'person',
  'administrators.reset2fa': 'person',
  'administrators.revokeSessions': 'person'
} as const satisfies Record<string, 'role' | 'new-role' | 'person'>;

export type HandedProcedure = keyof typeof HANDED_PROCEDURES;

/** `open` until its recipient applied or declined it, or its sender took it back. */
export type HandoverState = 'open' | 'applied' | 'declined' | 'withdrawn';

/** How somebody can be reached: `gone` is deactivated, deleted, or never signed in yet. */
export type Standing = 'active' | 'suspended' | 'gone';

/** Why something was refused, where somebody else may help or decide. What is gone helps nobody. */
export const HANDED_REASONS = [
  'access/permission-required',
  'access/not-held',
  'access/not-dominated',
  'access/self',
  'access/owner',
  'access/locked',
  'access/last-super',
  'access/cap-above-own',
  'auth/reauthenticate',
  'conflict/revoked-since',
  'conflict/changed-since',
  'conflict/in-use',
  'input/taken',
  'input/invalid',
  'input/unknown-permission'
] as const satisfies readonly RefusalCode[];

/** What a hand-over is about. */
export type HandoverSubject = { type: 'role' | 'person'; id: string } | { type: 'new-role'; id: null };

/** At most so many of one sender wait for one recipient. */
export const MOST_OPEN = 50;
/** At most so many within an hour from one to one, those that ended included: taking back makes no room for more noise. */
export const MOST_AN_HOUR = 60;

/** The subject of a procedure with this input. */
export function handoverSubject(procedure: HandedProcedure, input: { id?: unknown }): HandoverSubject {
  const type = HANDED_PROCEDURES[procedure];
  return type === 'new-role' ? { type, id: null } : { type, id: String(input.id) };
}

/** Whether somebody may read what a hand-over is about, as they may read the documents of it. */
export function mayReadSubject(
  reader: { roleId: string; permissions: ReadonlySet<string> },
  subject: HandoverSubject
): boolean {
  if (subject.type === 'person') return reader.permissions.has('people.administrators.view');
  if (subject.type === 'role' && subject.id === reader.roleId) return true;
  return reader.permissions.has('people.roles.view');
}

/** Whether a change may be handed to somebody: they are here, they may see what it is about, and they are not flooded. */
export function decideHandOver(
  sender: { id: string },
  recipient: { id: string; name: string; standing: Standing; mayRead: boolean },
  waiting: { open: number; lastHour: number }
): Refusal | null {
  const no = (message: string): Refusal => ({ code: 'input/invalid', field: 'to', message });
  const { name } = recipient;
  if (recipient.id === sender.id) return no('Choose somebody else than yourself.');
  if (recipient.standing !== 'active') return no(`${name} cannot sign in at present.`);
  if (!recipient.mayRead) return no(`${name} may not see what this is about.`);
  if (waiting.open >= MOST_OPEN)
    return no(`${waiting.open} of yours wait for ${name} already. Take some back, or wait for an answer.`);
  if (waiting.lastHour >= MOST_AN_HOUR)
    return no(`You handed much to ${name} within the hour. Try again later.`);
  return null;
}

/** Whether somebody may end a hand-over: its recipient by applying or declining it, its sender by taking it back; once. */
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
