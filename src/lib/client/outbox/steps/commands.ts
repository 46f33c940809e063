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

/** A deed whose author was told of a version: what is judged by what they had seen is judged by that. */
export function knowing<D extends Deed>(deed: D, version: number): D {
  const { input } = deed;
  if (!('seen' in input) || typeof input.seen !== 'number') return deed;
  return { ...deed, input: { ...input, seen: Math.max(input.seen, version) } };
}
