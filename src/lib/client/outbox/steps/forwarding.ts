import type { Refusal } from '$lib/core/access/refusal';
import { forwardingOf, type Forwarding, type OutboxRecord, type Step } from '../record';
import { nextNumber } from './record-list';

// A refused change on its way to somebody else, and back (LIV-8).

/** Fixes to whom a refused change is handed. The first choice stands until the server has answered to it. */
export function beginForwarding(n: number, forwarding: Forwarding): Step {
  return (records) =>
    records.map((record) =>
      record.n === n && record.stage.is === 'refused' && !record.stage.handing
        ? { ...record, stage: { ...record.stage, handing: forwarding } }
        : record
    );
}

/** The server would not have it: the change is where it was before. */
export function endForwarding(op: string): Step {
  return (records) =>
    records.map((record) => {
      if (forwardingOf(record)?.op !== op || record.stage.is !== 'refused') return record;
      const { handing: _, ...stage } = record.stage;
      return { ...record, stage };
    });
}

/** The server has it: only now does the change leave its author's tray. */
export function forwarded(op: string): Step {
  return (records) => records.filter((record) => forwardingOf(record)?.op !== op);
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
