import { z } from 'zod';
import { SUBJECT_TYPES } from '../core/quotas/layers';
import { REASON_LENGTH } from '../core/text/reason-length';
import { LogMoment, Moment, Op, Text } from './fields';

// What the console asks of the ledger: who may not send, and how much somebody did. Programs ask at endpoints of
// their own (caps-inputs).

/** Sender: a person, an application or a user. */
export const CapSubject = z.strictObject({
  type: z.enum(SUBJECT_TYPES, 'subject.type is administrator, application or user.'),
  id: z.uuid('subject.id is an id.')
});

/** Somebody, or everybody. */
const SubjectOrEveryone = z.union(
  [z.literal('platform'), CapSubject],
  'subject is platform, or the type and the id of somebody.'
);

const Reason = Text('The reason', REASON_LENGTH.sending).refine(
  (text) => text.length > 0,
  'The reason is missing.'
);

/** `until`: when it ends by itself; left out: somebody must end it. */
export const CapsPause = z.strictObject({
  op: Op,
  subject: SubjectOrEveryone,
  reason: Reason,
  until: Moment.optional()
});
export const CapsResume = z.strictObject({ op: Op, subject: SubjectOrEveryone, reason: Reason.optional() });

const Ids = z
  .array(z.uuid(), 'ids are ids of administrators, applications and users.')
  .max(200, 'Ask for at most 200 at once.');

const IdsOrEveryone = z
  .array(
    z.union([z.literal('platform'), z.uuid()], 'ids are ids of administrators and applications, or platform.')
  )
  .max(200, 'Ask for at most 200 at once.');

/**
 * Caps of these, of whom `platform` is everybody together; left out: of everybody who has sent, or for whom a raise
 * or a pause runs. `near`: who has used four fifths of a cap alone.
 */
export const CapsUsage = z.strictObject({ ids: IdsOrEveryone.optional(), near: z.boolean().optional() });

/** Refusals of these; left out: of everybody. */
export const CapsRefusals = z.strictObject({ ids: Ids.optional() });

/** Usage is kept for 13 months. */
export const LONGEST_HISTORY_DAYS = 400;

/** Usage of one sender, or of everyone, in each hour from a moment to another. */
export const CapsHistory = z.strictObject({ subject: SubjectOrEveryone, from: LogMoment, to: LogMoment });

const Cap = z.enum(['hourly', 'daily', 'monthly', 'threads'], 'cap is hourly, daily, monthly or threads.');
const CountedCap = z.enum(['hourly', 'daily', 'monthly'], 'cap is hourly, daily or monthly.');

/** An extra amount in the cap's unit, on top of it. */
const Amount = z
  .number('The amount is a whole number.')
  .int('The amount is a whole number.')
  .min(1, 'The amount is 1 at least.')
  .max(1_000_000_000, 'The amount is a billion at most.');

export const CapsRaise = z.strictObject({
  op: Op,
  subject: CapSubject,
  cap: Cap,
  amount: Amount,
  until: Moment,
  reason: Reason
});
/** All that a cap is raised by. */
export const CapsEndRaise = z.strictObject({
  op: Op,
  subject: CapSubject,
  cap: Cap,
  reason: Reason.optional()
});
/** A cap that is set back. Threads have no counter: they end with their leases. */
export const CapsReset = z.strictObject({ op: Op, subject: CapSubject, cap: CountedCap, reason: Reason });
