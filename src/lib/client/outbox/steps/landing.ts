import type { Refusal } from '$lib/core/access/refusal';
import type { Landing } from '../answers';
import {
  isAmendable,
  type CommittedPart,
  type OutboxRecord,
  type Part,
  type Parts,
  type Records,
  type Stage,
  type Step,
  type Subject
} from '../record';
import { knowing } from './commands';
import { inStage, nextNumber, withParts } from './record-list';
import { refuse } from './sending';

// What becomes of a change that the server has committed, whole or in part.

/** The change was committed, or part of it: the rest is kept with its reasons. */
export function land(op: string, landing: Landing, at: number): Step {
  return (records) => {
    const record = records.find((each) => each.op === op && each.stage.is === 'sent');
    if (!record) return records;
    const { change } = record;
    const [first] = landing.refused;
    // Of a command its author is told what of it did not happen, as they asked for it; it may be asked for again.
    if (first && change.kind === 'command') {
      const more = landing.applied.size > 0 ? ({ partly: true } as const) : {};
      return refuse(op, first.reason, at, more)(records);
    }
    if (first && landing.whole) return refuse(op, first.reason, at)(records);
    if (change.kind === 'command') {
      const done: OutboxRecord[] =
        landing.seq === null ? [] : [{ ...record, stage: { is: 'landed', seq: landing.seq } }];
      const { seq } = landing;
      const known = seq === null ? records : records.map((each) => nextStep(each, record, seq));
      return inStage(known, op, 'sent', () => done);
    }
    const refused = new Map(landing.refused.map(({ key, reason }) => [key, reason]));
    const landed: [string, CommittedPart][] = Object.entries(change.parts)
      .filter(([key]) => !refused.has(key))
      .map(([key, part]) => [key, { ...part, own: landing.applied.has(key) }]);
    const seq = landing.seq ?? 0;
    const rest: OutboxRecord[] =
      landed.length === 0
        ? []
        : [{ ...withParts(record, Object.fromEntries(landed)), stage: { is: 'landed', seq } }];
    const knowing = inStage(records, op, 'sent', () => rest).map((each) =>
      raiseSeen(each, record, new Set(landed.flatMap(([key, { own }]) => (own ? [key] : []))), seq)
    );
    return appendRefused(knowing, record, change.parts, refused, at);
  };
}

/**
 * An own change that is in force is known to its author: what they asked for on top of it does not ignore it
 * (LIV-6).
 */
function raiseSeen(
  record: OutboxRecord,
  landed: OutboxRecord,
  own: ReadonlySet<string>,
  seq: number
): OutboxRecord {
  const { change } = record;
  if (record.n <= landed.n || record.subject !== landed.subject || !isAmendable(record)) return record;
  if (change.kind !== 'edit' || !Object.keys(change.parts).some((key) => own.has(key))) return record;
  const parts = Object.entries(change.parts).map(([key, part]): [string, Part] => [
    key,
    own.has(key) ? { ...part, seen: Math.max(part.seen, seq) } : part
  ]);
  return withParts(record, Object.fromEntries(parts));
}

/** Steps of a status. */
const STEPS: ReadonlySet<string> = new Set([
  ...['administrators.suspend', 'administrators.reactivate'],
  ...['users.suspend', 'users.reactivate', 'users.close']
]);

/** An own step that landed is known to its author: the step that they asked for on top of it does not ignore it. */
function nextStep(record: OutboxRecord, landed: OutboxRecord, seq: number): OutboxRecord {
  const { change } = record;
  const isNext = record.n > landed.n && record.subject === landed.subject && record.stage.is === 'queued';
  if (!isNext || change.kind !== 'command' || landed.change.kind !== 'command') return record;
  if (!STEPS.has(change.procedure) || !STEPS.has(landed.change.procedure)) return record;
  return { ...record, change: knowing(change, seq) };
}

/** One record for each reason: ten lines of the same say no more than one. */
function appendRefused(
  records: Records,
  record: OutboxRecord,
  parts: Parts,
  refused: ReadonlyMap<string, Refusal>,
  at: number
): Records {
  const groups = new Map<string, { reason: Refusal; parts: [string, Part][] }>();
  for (const [key, reason] of refused) {
    const part = parts[key];
    if (!part) continue;
    const id = groupOf(key, reason);
    const group = groups.get(id) ?? { reason, parts: [] };
    group.parts.push([key, part]);
    groups.set(id, group);
  }
  let n = nextNumber(records);
  const added = [...groups.values()].map(({ reason, parts: own }) => ({
    ...withParts(record, Object.fromEntries(own)),
    n: n++,
    stage: { is: 'refused', reason, at } satisfies Stage
  }));
  return added.length === 0 ? records : [...records, ...added];
}

/**
 * Key of the record that a refused part goes into: what both sides changed is chosen value by value; a revoked
 * permission, by whoever revoked it.
 */
function groupOf(key: string, reason: Refusal): string {
  if (reason.code === 'conflict/changed-since') return `${reason.code} ${key}`;
  return 'by' in reason ? `${reason.code} ${reason.by}` : `${reason.code} ${'field' in reason ? key : ''}`;
}

/** The device's copy of a subject has reached a version: what landed by then shows by itself. */
export function acknowledge(subject: Subject, seq: number): Step {
  const isShown = isShownAt(subject, seq);
  return (records) => records.filter((record) => !isShown(record));
}

/** Tells whether a record landed by a version of its subject. */
export function isShownAt(subject: Subject, seq: number): (record: OutboxRecord) => boolean {
  return ({ subject: of, stage }) => of === subject && stage.is === 'landed' && stage.seq <= seq;
}

/** Lets go of what landed so long ago that its subject must have been seen since, or cannot be seen any more. */
export function forgetCommitted(before: number): Step {
  return (records) => records.filter((record) => record.stage.is !== 'landed' || record.at >= before);
}
