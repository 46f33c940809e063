import type { Refusal } from '$lib/core/access/refusal';
import { isPending, type OutboxRecord, type Records, type Step, type Subject } from '../record';
import { inStage, replace } from './record-list';

// What is sent next, and how it stands until the server has committed it (landing.ts).

/** A change that waited for longer says when it was made. */
const CLAIM_AFTER_MS = 10_000;

/** True if the server wants its author's password first. */
export function awaitsPassword({ stage }: OutboxRecord): boolean {
  return stage.is === 'held';
}

/** The change to send: the oldest that is pending and not behind a held one of its own subject. */
export function nextToSend(records: Records): OutboxRecord | null {
  const held = new Set<Subject>();
  for (const record of records) {
    if (awaitsPassword(record)) held.add(record.subject);
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
 * The password was given: what was held is sent where it stands. It was sent before, and a copy of that request may
 * still be under way: so it is the same request again, or, when it was amended since, another operation.
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
      record.change.kind === 'command' && record.change.procedure === 'handovers.settle'
        ? []
        : [{ ...record, stage: { is: 'refused', reason, at, ...more } }]
    );
}
