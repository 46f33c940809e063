import type { Refusal } from '$lib/core/access/refusal';
import type { Landing } from './answers';
import {
  handingOf,
  isAmendable,
  isPending,
  partNamed,
  type Deed,
  type Handing,
  type LandedPart,
  type OutboxRecord,
  type Part,
  type Parts,
  type PartValue,
  type Records,
  type Stage,
  type Step,
  type Subject
} from './record';

/** At most so many parts are gathered in one request while it waits; one gesture may bring more. */
const GATHERED = 200;
/** At most so many parts in one request. */
const MOST_PARTS = 1000;
/** A change that waited for longer says when it was made. */
const CLAIM_AFTER_MS = 10_000;

/** One permission or field that an author sets. */
export type Wish = {
  key: string;
  value: PartValue;
  /** What is committed, as far as this device knows. */
  committed: PartValue;
  /** The version of the record on screen. */
  seen: number;
};

export type NewEdit = {
  subject: Subject;
  label: string;
  at: number;
  wishes: readonly Wish[];
  /** Operation ids, as many as it takes: the same at every run of the step. */
  op: (index: number) => string;
};

/**
 * Adds an edit. A part that was not sent yet is replaced; one that then changes nothing is dropped, so that taking back
 * what still waits leaves no trace. The rest joins the last request that waits, or becomes one of its own.
 */
export function addEdit({ subject, label, at, wishes, op }: NewEdit): Step {
  return (records) => {
    const waiting = amendable(records, subject);
    const rest = withdraw(subject, new Set(wishes.map(({ key }) => key)))(records);
    const parts: [string, Part][] = [];
    for (const { key, value, committed, seen } of wishes) {
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

export function addDeed(deed: Deed & { subject: Subject; label: string; at: number; op: string }): Step {
  const { subject, label, at, op, ...change } = deed;
  return (records) => [
    ...records,
    {
      n: nextNumber(records),
      op,
      subject,
      label,
      at,
      change: { kind: 'deed', ...change },
      stage: { is: 'queued' }
    }
  ];
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

/**
 * Asks again for what was refused, now that its author knows why: what stood against it is known to them, and nothing that
 * came later.
 */
export function askAgain({ n, at, op }: { n: number; at: number; op: (index: number) => string }): Step {
  return (records) => {
    const record = records.find((each) => each.n === n && each.stage.is === 'refused');
    if (!record || record.stage.is !== 'refused' || record.stage.handing) return records;
    const { subject, label, change, stage } = record;
    const rest = discard(n)(records);
    const known = 'version' in stage.reason ? stage.reason.version : 0;
    if (change.kind === 'deed') {
      return addDeed({ ...knowing(change, known), subject, label, at, op: op(0) })(rest);
    }
    // Of what was asked for together, its author was told of the part that the reason names, and of no other.
    const named =
      stage.reason.code === 'conflict/changed-since' ? partNamed(stage.reason, change.parts) : null;
    const wishes = Object.entries(change.parts).map(([key, { value, from, seen }]): Wish => {
      const told = named === null || named === key;
      return { key, value, committed: from, seen: told ? Math.max(seen, known) : seen };
    });
    return addEdit({ subject, label, at, wishes, op })(rest);
  };
}

/** A deed whose author was told of a version: what is judged by what they had seen is judged by that. */
function knowing<D extends Deed>(deed: D, version: number): D {
  const { input } = deed;
  if (!('seen' in input) || typeof input.seen !== 'number') return deed;
  return { ...deed, input: { ...input, seen: Math.max(input.seen, version) } };
}

/**
 * Of what was refused, one part is given up for what is in force. What was refused along with it is asked for again, with what its
 * author knew: of the other parts they were told nothing. What they asked for since is newer.
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
    if (!record || record.change.kind !== 'edit' || handingOf(record)) return records;
    const { subject, label, change } = record;
    const newer = amendable(records, subject);
    const wishes = Object.entries(change.parts)
      .filter(([each]) => each !== key && !newer.has(each))
      .map(([each, { value, from, seen }]): Wish => ({ key: each, value, committed: from, seen }));
    return addEdit({ subject, label, at, wishes, op })(discard(n)(records));
  };
}

/**
 * Takes a whole record away: one that waits, or one that was refused. What was sent cannot be taken back, nor what is on its way to
 * somebody else.
 */
export function discard(n: number): Step {
  const isToGo = (record: OutboxRecord) =>
    isAmendable(record) || (record.stage.is === 'refused' && !record.stage.handing);
  return (records) => records.filter((record) => record.n !== n || !isToGo(record));
}

/** Fixes to whom a refused change is handed. The first choice stands until the server has answered to it. */
export function beginHanding(n: number, handing: Handing): Step {
  return (records) =>
    records.map((record) =>
      record.n === n && record.stage.is === 'refused' && !record.stage.handing
        ? { ...record, stage: { ...record.stage, handing } }
        : record
    );
}

/** The server would not have it: the change is where it was before. */
export function endHanding(op: string): Step {
  return (records) =>
    records.map((record) => {
      if (handingOf(record)?.op !== op || record.stage.is !== 'refused') return record;
      const { handing: _, ...stage } = record.stage;
      return { ...record, stage };
    });
}

/** The server has it: only now does the change leave its author's tray. */
export function handedOn(op: string): Step {
  return (records) => records.filter((record) => handingOf(record)?.op !== op);
}

export type Returned = Pick<OutboxRecord, 'op' | 'subject' | 'label' | 'at' | 'change'> & {
  reason: Refusal;
  /** The hand-over that was declined or taken back. */
  handover: string;
};

/** Puts what came back from somebody into the tray again, once. */
export function putBack({ reason, ...returned }: Returned): Step {
  return (records) =>
    records.some(({ handover }) => handover === returned.handover)
      ? records
      : [
          ...records,
          { ...returned, n: nextNumber(records), stage: { is: 'refused', reason, at: returned.at } }
        ];
}

/** The change to send: the oldest that is pending and not behind a held one of its own subject. */
export function nextToSend(records: Records): OutboxRecord | null {
  const held = new Set<Subject>();
  for (const record of records) {
    if (record.stage.is === 'held') held.add(record.subject);
    else if (isPending(record) && !held.has(record.subject)) return record;
  }
  return null;
}

/** Fixes the change that is sent next: from here on every try is the same request. */
export function fixNext(now: number): Step {
  return (records) => {
    const next = nextToSend(records);
    if (next?.stage.is !== 'queued') return records;
    const waited = now - next.at > CLAIM_AFTER_MS;
    return replace(records, {
      ...next,
      stage: { is: 'sent' },
      ...(waited ? { claimedAt: new Date(next.at).toISOString() } : {})
    });
  };
}

/** The server wants the password first: what is behind it of the same subject waits with it. */
export function hold(op: string): Step {
  return (records) => inStage(records, op, 'sent', (record) => [{ ...record, stage: { is: 'held' } }]);
}

/**
 * The password was given: what was held is sent where it stands. It was sent before, and a copy of that request may still be
 * under way: so it is the same request again, or, when it was amended since, another operation.
 */
export function release(op: (index: number) => string): Step {
  return (records) => {
    let amended = 0;
    return records.map((record) => {
      if (record.stage.is !== 'held') return record;
      if (!record.stage.amended) return { ...record, stage: { is: 'sent' } };
      const { claimedAt: _, ...rest } = record;
      return { ...rest, op: op(amended++), stage: { is: 'queued' } };
    });
  };
}

/** The whole change was refused. */
export function refuse(op: string, reason: Refusal, at: number, more: { partly?: true } = {}): Step {
  return (records) =>
    inStage(records, op, 'sent', (record) =>
      // That something has landed is said behind it: where it has not, that is what its author hears of.
      record.change.kind === 'deed' && record.change.procedure === 'handovers.settle'
        ? []
        : [{ ...record, stage: { is: 'refused', reason, at, ...more } }]
    );
}

/** The change was committed, or part of it: the rest is kept with its reasons. */
export function land(op: string, landing: Landing, at: number): Step {
  return (records) => {
    const record = records.find((each) => each.op === op && each.stage.is === 'sent');
    if (!record) return records;
    const { change } = record;
    const [first] = landing.refused;
    // Of a deed its author is told what of it did not happen, as they asked for it; it may be asked for again.
    if (first && change.kind === 'deed') {
      const more = landing.applied.size > 0 ? ({ partly: true } as const) : {};
      return refuse(op, first.reason, at, more)(records);
    }
    if (first && landing.whole) return refuse(op, first.reason, at)(records);
    if (change.kind === 'deed') {
      const done: OutboxRecord[] =
        landing.seq === null ? [] : [{ ...record, stage: { is: 'landed', seq: landing.seq } }];
      const { seq } = landing;
      const knowing = seq === null ? records : records.map((each) => nextStep(each, record, seq));
      return inStage(knowing, op, 'sent', () => done);
    }
    const refused = new Map(landing.refused.map(({ key, reason }) => [key, reason]));
    const landed: [string, LandedPart][] = Object.entries(change.parts)
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

/** The device's copy of a subject has reached a version: what landed by then shows by itself. */
export function settle(subject: Subject, seq: number): Step {
  return (records) =>
    records.filter(
      (record) => record.subject !== subject || record.stage.is !== 'landed' || record.stage.seq > seq
    );
}

/** Lets go of what landed so long ago that its subject must have been seen since, or cannot be seen any more. */
export function forgetLanded(before: number): Step {
  return (records) => records.filter((record) => record.stage.is !== 'landed' || record.at >= before);
}

/** An own change that is in force is known to its author: what they asked for on top of it does not ignore it (LIV-6). */
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
  if (!isNext || change.kind !== 'deed' || landed.change.kind !== 'deed') return record;
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

/** What both sides changed is chosen value by value; a permission that was revoked, by whoever revoked it. */
function groupOf(key: string, reason: Refusal): string {
  if (reason.code === 'conflict/changed-since') return `${reason.code} ${key}`;
  return 'by' in reason ? `${reason.code} ${reason.by}` : `${reason.code} ${'field' in reason ? key : ''}`;
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
    const own = stage.is === 'landed' && (part as LandedPart).own;
    return { part, ownSeq: own ? stage.seq : 0 };
  }
  return null;
}

/** The parts of a subject that wait and can still be changed. */
export function amendable(records: Records, subject: Subject): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  for (const record of records)
    if (record.subject === subject && isAmendable(record) && record.change.kind === 'edit')
      for (const [key, part] of Object.entries(record.change.parts)) parts.set(key, part);
  return parts;
}

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

function inStage(
  records: Records,
  op: string,
  stage: Stage['is'],
  change: (record: OutboxRecord) => readonly OutboxRecord[]
): Records {
  return records.flatMap((record) =>
    record.op === op && record.stage.is === stage ? change(record) : [record]
  );
}

function withParts(record: OutboxRecord, parts: Parts): OutboxRecord {
  const stage: Stage = record.stage.is === 'held' ? { is: 'held', amended: true } : record.stage;
  return { ...record, change: { kind: 'edit', parts }, stage };
}

function replace(records: Records, changed: OutboxRecord): Records {
  return records.map((record) => (record.n === changed.n ? changed : record));
}

function nextNumber(records: Records): number {
  return records.reduce((most, { n }) => Math.max(most, n), 0) + 1;
}
