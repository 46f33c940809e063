import type { KeyReused, KeySpent, LedgerAnswer, WhyNot } from '../../services/quotas/ledger';
import type { Resolved } from '../../services/quotas/reservations';
import type { ProgramAnswer } from '../programs/program-route';

/** Refusals of what was asked for, by code. That a cap is reached is no error: it is answered with 200 and `granted: false`. */
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

/** An answer of the ledger, with its reason in flat fields. */
export function granting<A extends Omit<LedgerAnswer, 'units'>>(
  answer: A | KeyReused | KeySpent
): ProgramAnswer {
  if ('refused' in answer) return refusing(answer.refused);
  const { why, sender: _, ...rest } = answer;
  return { status: 200, body: { ...rest, ...(why ? reasonOf(why) : {}) } };
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
  return why.reason === 'paused' ? { reason: why.reason, pause: why.pause } : { reason: why.reason };
}
