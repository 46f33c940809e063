import type { Deed, Step, Subject } from '../record';
import { nextNumber } from './record-list';

/** Adds a deed. */
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
