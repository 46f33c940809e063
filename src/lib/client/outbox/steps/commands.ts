import type { WholeCommand, Step, Subject } from '../record';
import { nextNumber } from './record-list';

/** Adds a command. */
export function addCommand(
  command: WholeCommand & { subject: Subject; label: string; at: number; op: string }
): Step {
  const { subject, label, at, op, ...change } = command;
  return (records) => [
    ...records,
    {
      n: nextNumber(records),
      op,
      subject,
      label,
      at,
      change: { kind: 'command', ...change },
      stage: { is: 'queued' }
    }
  ];
}

/** A command whose author was told of a version: what is judged by what they had seen is judged by that. */
export function knowing<D extends WholeCommand>(command: D, version: number): D {
  const { input } = command;
  if (!('seen' in input) || typeof input.seen !== 'number') return command;
  return { ...command, input: { ...input, seen: Math.max(input.seen, version) } };
}
