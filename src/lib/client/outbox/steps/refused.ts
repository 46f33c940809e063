import { forwardingOf, isAmendable, partNamed, type OutboxRecord, type Step } from '../record';
import { addCommand, knowing } from './commands';
import { addEdit, amendable, changeOfPart } from './edits';

// What its author decides of a change that did not land.

/**
 * Asks again for what was refused, now that its author knows why: what stood against it is known to them, and nothing
 * that came later.
 */
export function askAgain({ n, at, op }: { n: number; at: number; op: (index: number) => string }): Step {
  return (records) => {
    const record = records.find((each) => each.n === n && each.stage.is === 'refused');
    if (!record || record.stage.is !== 'refused' || record.stage.handing) return records;
    const { subject, label, change, stage } = record;
    const rest = discard(n)(records);
    const known = 'version' in stage.reason ? stage.reason.version : 0;
    if (change.kind === 'command') {
      return addCommand({ ...knowing(change, known), subject, label, at, op: op(0) })(rest);
    }
    // Of what was asked for together, its author was told of the part that the reason names, and of no other.
    const named =
      stage.reason.code === 'conflict/changed-since' ? partNamed(stage.reason, change.parts) : null;
    const changes = Object.entries(change.parts).map(([key, part]) => {
      const told = named === null || named === key;
      return changeOfPart([key, told ? { ...part, seen: Math.max(part.seen, known) } : part]);
    });
    return addEdit({ subject, label, at, changes, op })(rest);
  };
}

/**
 * Gives one part of what was refused up for what is in force. What was refused along with it is asked for again, with
 * what its author knew: of the other parts they were told nothing. What they asked for since is newer.
 */
export function yieldPart(given: {
  n: number;
  key: string;
  at: number;
  op: (index: number) => string;
}): Step {
  const { n, key, at, op } = given;
  return (records) => {
    const record = records.find((each) => each.n === n && each.stage.is === 'refused');
    if (!record || record.change.kind !== 'edit' || forwardingOf(record)) return records;
    const { subject, label, change } = record;
    const newer = amendable(records, subject);
    const changes = Object.entries(change.parts)
      .filter(([each]) => each !== key && !newer.has(each))
      .map(changeOfPart);
    return addEdit({ subject, label, at, changes, op })(discard(n)(records));
  };
}

/**
 * Takes a whole record away: one that waits, or one that was refused. What was sent cannot be taken back, nor what is
 * on its way to somebody else.
 */
export function discard(n: number): Step {
  const isToGo = (record: OutboxRecord) =>
    isAmendable(record) || (record.stage.is === 'refused' && !record.stage.handing);
  return (records) => records.filter((record) => record.n !== n || !isToGo(record));
}

/** The same of the record of an operation, whatever number it has where it is stored. */
export function discardOf(op: string): Step {
  return (records) => {
    const record = records.find((each) => each.op === op);
    return record ? discard(record.n)(records) : records;
  };
}
