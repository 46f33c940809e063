import { z } from 'zod';
import { Moment, Op, Text } from './fields';

// What the console asks of the ledger: who may not send, and how much somebody did. Programs ask at doors of their own (caps-inputs).

/** Who sends: a person or an application. */
export const CapSubject = z.strictObject({
  type: z.enum(['administrator', 'application'], 'subject.type is administrator or application.'),
  id: z.uuid('subject.id is an id.')
});

/** Somebody, or everybody. */
const PausedSubject = z.union(
  [z.literal('platform'), CapSubject],
  'subject is platform, or the type and the id of somebody.'
);

const Reason = Text('The reason', 200).refine((text) => text.length > 0, 'The reason is missing.');

/** `until`: when it ends by itself; left out: somebody must end it. */
export const CapsPause = z.strictObject({
  op: Op,
  subject: PausedSubject,
  reason: Reason,
  until: Moment.optional()
});
export const CapsResume = z.strictObject({ op: Op, subject: PausedSubject, reason: Reason.optional() });
