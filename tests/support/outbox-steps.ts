import type { Landing } from '../../src/lib/client/outbox/answers';
import { isPending, type PartValue, type Records, type Step } from '../../src/lib/client/outbox/record';
import { requestOf } from '../../src/lib/client/outbox/requests';
import { addCommand } from '../../src/lib/client/outbox/steps/commands';
import { addEdit, type FieldChange } from '../../src/lib/client/outbox/steps/edits';

// Changes of an author, and what a server says to them, for tests of the outbox's steps.

export const ROLE = 'role:support';

/** Change that somebody makes to a field, by the version that they saw. */
export function change(key: string, value: PartValue, committed: PartValue, seen = 5): FieldChange {
  return { key, value, committed, seen };
}

let ops = 0;

/** An edit of one subject, with operation ids of its own. */
export function edit(subject: 'role:support' | 'role:billing' | 'person:p', ...changes: FieldChange[]): Step {
  const first = ops++;
  return addEdit({ subject, label: 'It', at: 1000, changes, op: (index) => `op-${first}-${index}` });
}

export const tick = (key: string, on = true, seen = 5) => edit(ROLE, change(key, on, !on, seen));

export const suspend = addCommand({
  procedure: 'administrators.suspend',
  input: { id: 'p' },
  subject: 'person:p',
  label: 'Priya',
  at: 1000,
  op: 'suspend'
});

export const restore = addCommand({
  procedure: 'roles.restore',
  input: { id: 'support', seq: 3, seen: 5 },
  subject: ROLE,
  label: 'Support',
  at: 1,
  op: 'restore'
});

export const after = (...steps: Step[]): Records =>
  steps.reduce<Records>((records, step) => step(records), []);

export function landing(seq: number, applied: string[], refused: Landing['refused'] = []): Landing {
  return { seq, applied: new Set(applied), refused, whole: false };
}

/** The inputs of all that waits. */
export const sendAll = (records: Records) =>
  records.filter(isPending).map((record) => requestOf(record).input);
