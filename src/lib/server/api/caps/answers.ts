import { smtpRefusal } from '../../../core/wording/sending-refusal';
import type { KeyReused, KeySpent, LedgerAnswer, WhyNot } from '../../services/quotas/ledger';
import type { Resolved } from '../../services/quotas/reservations';
import type { ProgramAnswer } from '../programs/program-route';

/**
 * Refusals of what was asked for, by code. That a cap is reached is no error: it is answered with 200 and
 * `granted: false`.
 */
const STATUS = {
  'ledger/key-reused': 422,
  'ledger/above-hold': 422,
  'ledger/unknown': 404,
  'ledger/expired': 409,
  'ledger/released': 409,
  'ledger/committed': 409
} as const;

type Code = keyof typeof STATUS;

const WORDS: Record<Code, string> = {
  'ledger/key-reused': 'This key was used for another request.',
  'ledger/above-hold': 'More units than the reservation holds.',
  'ledger/unknown': 'There is no such reservation or key of yours.',
  'ledger/expired': 'It ended by itself before.',
  'ledger/released': 'It was released before.',
  'ledger/committed': 'It was committed before.'
};

/** Sender that was asked for, as it was named, and the number of recipients. */
export type CapsQuestion = { subject: { id: string }; units?: number };

/**
 * An answer of the ledger, with its reason in flat fields; of a refusal, `smtp` is what a mail server says to its
 * client.
 */
export function granting<A extends Omit<LedgerAnswer, 'units'>>(
  answer: A | KeyReused | KeySpent,
  asked?: CapsQuestion
): ProgramAnswer {
  if ('refused' in answer) return refusing(answer.refused);
  const { why, sender: _, ...rest } = answer;
  if (!why) return { status: 200, body: rest };
  const smtp = asked === undefined ? {} : { smtp: wordsFor(asked, { ...answer, why }) };
  return { status: 200, body: { ...rest, ...reasonOf(why), ...smtp } };
}

/**
 * Null: the settings let an unknown sender pass. Programs name the sender themselves: they are not told what else
 * somebody is called.
 */
function wordsFor(
  { subject, units = 1 }: CapsQuestion,
  { why, binding, sender }: Pick<LedgerAnswer, 'binding' | 'sender'> & { why: WhyNot }
): string | null {
  if (why.reason === 'unknown-subject' && sender.passUnknown) return null;
  return smtpRefusal({ why, binding, sender: { name: subject.id, zone: sender.zone }, units });
}

export function resolving(answer: Resolved): ProgramAnswer {
  if (!('refused' in answer)) return { status: 200, body: answer };
  const { refused, ...details } = answer;
  return refusing(refused, details);
}

export function refusing(code: Code, details: object = {}): ProgramAnswer {
  return { status: STATUS[code], body: { code, message: WORDS[code], ...details } };
}

function reasonOf(why: WhyNot): object {
  return why;
}
