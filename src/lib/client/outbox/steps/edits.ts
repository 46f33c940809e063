import {
  isAmendable,
  isPending,
  type CommittedPart,
  type OutboxRecord,
  type Part,
  type PartValue,
  type Records,
  type Step,
  type Subject
} from '../record';
import { nextNumber, replace, withParts } from './record-list';

/** The most parts that are gathered in one request while it waits; one gesture may bring more. */
const GATHERED = 200;
/** The most parts in one request. */
const MOST_PARTS = 1000;

/** One permission or field that an author sets. */
export type FieldChange = {
  key: string;
  value: PartValue;
  /** Value that is committed, as far as this device knows. */
  committed: PartValue;
  /** The version of the record on screen. */
  seen: number;
};

/** A part that is asked for once more, with what its author knew. */
export function changeOfPart([key, { value, from, seen }]: [string, Part]): FieldChange {
  return { key, value, committed: from, seen };
}

export type NewEdit = {
  subject: Subject;
  label: string;
  at: number;
  changes: readonly FieldChange[];
  /** Operation ids, as many as it takes: the same at every run of the step. */
  op: (index: number) => string;
};

/**
 * Adds an edit. A part that was not sent yet is replaced; one that then changes nothing is dropped, so that taking back
 * what still waits leaves no trace. The rest joins the last request that waits, or becomes one of its own.
 */
export function addEdit({ subject, label, at, changes, op }: NewEdit): Step {
  return (records) => {
    const waiting = amendable(records, subject);
    const rest = withdraw(subject, new Set(changes.map(({ key }) => key)))(records);
    const parts: [string, Part][] = [];
    for (const { key, value, committed, seen } of changes) {
      const below = newestFixed(rest, subject, key);
      const from = below ? below.part.value : committed;
      if (value === from) continue;
      // What replaces an own edit that nobody saw yet knows no more than that one did.
      const replaced = waiting.get(key);
      const known = replaced && replaced.from === from ? Math.min(replaced.seen, seen) : seen;
      parts.push([key, { value, from, seen: Math.max(known, below?.ownSeq ?? 0) }]);
    }
    return appendParts(rest, parts, { subject, label, at, op });
  };
}

/** Takes back parts of a subject that were not sent. */
export function withdraw(subject: Subject, keys: ReadonlySet<string>): Step {
  return (records) =>
    records.flatMap((record) => {
      if (record.subject !== subject || !isAmendable(record) || record.change.kind !== 'edit')
        return [record];
      const kept = Object.entries(record.change.parts).filter(([key]) => !keys.has(key));
      if (kept.length === Object.keys(record.change.parts).length) return [record];
      return kept.length === 0 ? [] : [withParts(record, Object.fromEntries(kept))];
    });
}

/** The parts of a subject that wait and can still be changed. */
export function amendable(records: Records, subject: Subject): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  for (const record of records)
    if (record.subject === subject && isAmendable(record) && record.change.kind === 'edit')
      for (const [key, part] of Object.entries(record.change.parts)) parts.set(key, part);
  return parts;
}

/** The newest own edit of a part that cannot be amended any more but still covers the committed value. */
function newestFixed(
  records: Records,
  subject: Subject,
  key: string
): { part: Part; /** The version that own edit made, once known. */ ownSeq: number } | null {
  for (const record of [...records].reverse()) {
    const { change, stage } = record;
    if (record.subject !== subject || change.kind !== 'edit') continue;
    if (stage.is !== 'sent' && stage.is !== 'landed') continue;
    const part = change.parts[key];
    if (!part) continue;
    const own = stage.is === 'landed' && (part as CommittedPart).own;
    return { part, ownSeq: own ? stage.seq : 0 };
  }
  return null;
}

/** Puts parts into the last request that waits, or into new ones. */
function appendParts(
  records: Records,
  parts: readonly [string, Part][],
  made: Pick<NewEdit, 'subject' | 'label' | 'at' | 'op'>
): Records {
  if (parts.length === 0) return records;
  const { subject, label, at, op } = made;
  const last = records.findLast(isPending);
  const joins =
    last?.subject === subject &&
    last.stage.is === 'queued' &&
    last.change.kind === 'edit' &&
    Object.keys(last.change.parts).length + parts.length <= GATHERED;
  if (joins && last.change.kind === 'edit')
    return replace(records, withParts(last, { ...last.change.parts, ...Object.fromEntries(parts) }));
  const added: OutboxRecord[] = [];
  for (let start = 0; start < parts.length; start += MOST_PARTS)
    added.push({
      n: nextNumber(records) + added.length,
      op: op(added.length),
      subject,
      label,
      at,
      change: { kind: 'edit', parts: Object.fromEntries(parts.slice(start, start + MOST_PARTS)) },
      stage: { is: 'queued' }
    });
  return [...records, ...added];
}
