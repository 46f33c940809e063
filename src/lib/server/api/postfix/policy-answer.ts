import { timingSafeEqual, createHash } from 'node:crypto';
import { smtpRefusal } from '../../../core/wording/sending-refusal';
import { TooManyAsks, type AskGate } from '../../services/quotas/ask-gate';
import { LedgerUnavailable } from '../../services/quotas/insist';
import { consume, peek, type LedgerAnswer } from '../../services/quotas/ledger';
import { postfixKey, POSTFIX_SCOPE } from '../../services/quotas/postfix-keys';
import type { AskBatcher } from '../../services/quotas/merged-asks';
import type { SendRefusals } from '../../services/quotas/send-refusals';
import type { LayerAsk, SendingLayers } from '../../services/quotas/sending-layers';
import type { Deps } from '../../services/write-path/deps';
import { PolicyProtocolError, type PolicyRequest } from './policy-reader';

/**
 * Nothing against it, as far as this service goes. Never OK: that would end the list of restrictions, and make an
 * open relay of some.
 */
const NOTHING_AGAINST: Answered = { action: 'DUNNO', answer: 'granted' };
const TOO_MANY = '451 4.3.2 Too many asks wait, try again';
const COUNT = /^\d{1,9}$/;
const STATES = new Set('CONNECT EHLO HELO MAIL RCPT DATA END-OF-MESSAGE VRFY ETRN'.split(' '));

export type PolicyOptions = {
  deps: Pick<Deps, 'db'>;
  /** Demanded in `policy_context`; absent: nothing is. */
  token?: string | undefined;
  /** Record of the layers that ask. */
  layers: SendingLayers;
  /** Record of the senders that are refused. */
  refusals: SendRefusals;
  /** Gate at which asks wait for their turn. */
  gate: AskGate;
  /** Batcher that charges messages, those together that wait at the same moment. */
  batcher: AskBatcher;
};

/**
 * The action for a request. Recipients are counted once, at END-OF-MESSAGE; at RCPT it is looked alone, so that
 * mail which would be refused is refused early. Who did not sign in is no business of caps.
 * @throws PolicyProtocolError for what cannot be answered: Postfix then asks again, and takes its default action at
 *   last
 */
export async function policyAction(
  { deps, token, layers, refusals, gate, batcher }: PolicyOptions,
  request: PolicyRequest,
  address: string | null
): Promise<string> {
  const heard: Omit<LayerAsk, 'answer'> = { door: 'postfix', caller: '', address, units: false };
  try {
    if (request.get('request') !== 'smtpd_access_policy') throw new PolicyProtocolError('another request');
    heard.caller = mtaOf(request.get('policy_context') ?? '', token);
    const state = request.get('protocol_state') ?? '';
    if (STATES.has(state)) heard.state = state;
    heard.units = isCount(request.get('recipient_count'));
    const { action, answer } = await answerTo({ deps, refusals, gate, batcher }, heard.caller, request);
    layers.heard({ ...heard, answer });
    return action;
  } catch (error) {
    const known = error instanceof PolicyProtocolError || error instanceof LedgerUnavailable;
    layers.heard({ ...heard, answer: { unanswered: known ? error.message : 'internal error' } });
    if (error instanceof TooManyAsks) return TOO_MANY;
    throw error;
  }
}

type Answered = { action: string; answer: 'granted' | 'refused' | 'unknown' };

/**
 * Answers a request. One that needs no answer of the ledger waits for nobody: mail that comes in goes on when the
 * database does not.
 */
async function answerTo(
  { deps, refusals, gate, batcher }: Pick<PolicyOptions, 'deps' | 'refusals' | 'gate' | 'batcher'>,
  mta: string,
  request: PolicyRequest
): Promise<Answered> {
  const login = request.get('sasl_username') ?? '';
  if (login === '') return NOTHING_AGAINST;
  const subject = { id: login };
  switch (request.get('protocol_state')) {
    case 'RCPT':
      return actionOf(await gate.run(() => peek(deps, { subject, units: 1 })), 1, refusals);
    case 'END-OF-MESSAGE': {
      const units = recipientsOf(request);
      const [instance = '', queueId = ''] = [request.get('instance'), request.get('queue_id')];
      if (instance === '') throw new PolicyProtocolError('a message without instance');
      const key = postfixKey({ mta, instance, queueId });
      const answer = await consume({ ...deps, batcher }, POSTFIX_SCOPE, { subject, units, key });
      // The same message cannot have another number of recipients, or another sender; nor is it sent after it was
      // given back.
      if ('refused' in answer)
        throw new PolicyProtocolError(`another message under the same instance (${answer.refused})`);
      return actionOf(answer, units, refusals);
    }
    default:
      return NOTHING_AGAINST;
  }
}

function actionOf(told: LedgerAnswer, units: number, refusals: SendRefusals): Answered {
  const { granted, why, binding, sender } = told;
  if (granted || !why) return NOTHING_AGAINST;
  refusals.heard(told, units);
  if (why.reason === 'unknown-subject' && sender.passUnknown)
    return { ...NOTHING_AGAINST, answer: 'unknown' };
  return {
    action: smtpRefusal({ why, binding, sender, units }),
    answer: why.reason === 'unknown-subject' ? 'unknown' : 'refused'
  };
}

function recipientsOf(request: PolicyRequest): number {
  const count = request.get('recipient_count');
  if (!isCount(count)) throw new PolicyProtocolError('a message without recipients');
  return Number(count);
}

function isCount(text = ''): boolean {
  return COUNT.test(text) && Number(text) > 0;
}

/** The MTA's name in `policy_context`: `mx1`, or `mx1:<token>` where a token is demanded. */
function mtaOf(context: string, token: string | undefined): string {
  if (token === undefined) return context;
  const at = context.indexOf(':');
  const sent = context.slice(at + 1);
  if (!timingSafeEqual(digest(sent), digest(token)))
    throw new PolicyProtocolError('policy_context has not the token that POLICY_TOKEN demands');
  return at === -1 ? '' : context.slice(0, at);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
