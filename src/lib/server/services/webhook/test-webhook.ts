import { randomUUID } from 'node:crypto';
import type { CommandInput } from '../../../protocol/commands/commands';
import { findAnswer } from '../../db/tables/operations-table';
import { readWebhook } from '../../db/tables/webhook-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import { mutate } from '../write-path/mutate';
import type { Answer } from '../write-path/mutation';
import { bodyOf, postSigned } from './deliver';

/** Result of a test. */
export type WebhookTestAnswer = {
  delivered: boolean;
  /** Status of the answer; null: there was none. */
  status: number | null;
  problem: string | null;
  /** The beginning of the answer. */
  said: string;
};

const NAME = 'settings.testWebhook';
const LONGEST_SAID = 500;

/**
 * Posts a sample at once. It goes out before the transaction, which records how it went: an answer may take
 * seconds, during which no lock may be held. A repeated operation posts nothing.
 */
export async function testWebhook(
  deps: Deps,
  caller: Caller,
  input: CommandInput<'settings.testWebhook'>
): Promise<Answer<WebhookTestAnswer>> {
  const question = { name: NAME, permission: 'settings.integrations.test' } as const;
  const tried = await ask<WebhookTestAnswer | null>(deps, caller, question, async (actor) => {
    if (await findAnswer(deps.db, actor.id, input.op)) return { answer: null };
    const webhook = await readWebhook(deps.db);
    if (!webhook)
      return { refused: { code: 'input/invalid', field: 'url', message: 'Save an address first.' } };
    const body = bodyOf({ type: 'test', data: { by: actor.name } }, new Date());
    const posted = await postSigned(
      deps,
      webhook,
      { id: randomUUID(), body },
      { allowLoopback: deps.webhookLoopback ?? false, ownOrigin: deps.origin }
    );
    const { status, problem, said } = posted;
    const plain = said.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_SAID);
    return { answer: { delivered: problem === null, status, problem, said: plain } };
  });
  if ('refused' in tried) return tried;
  return mutate(deps, caller, recordTest(tried.answer), input);
}

/** @param answer how it went; null when an earlier answer stands for this operation */
const recordTest = (answer: WebhookTestAnswer | null) =>
  defineCommand(NAME, {
    target: () => ({ type: 'settings', id: 'webhook' }),
    decide: () => {
      if (answer === null)
        return Promise.resolve({ refused: { code: 'input/op-reused' as const, field: 'op' } });
      return Promise.resolve({
        answer,
        events: [
          {
            action: 'settings.webhook_tested' as const,
            target: { type: 'settings', id: 'webhook', name: null },
            outcome: answer.delivered ? ('success' as const) : ('error' as const),
            ...(answer.problem === null ? {} : { change: [{ path: 'said', old: null, new: answer.problem }] })
          }
        ],
        affects: []
      });
    }
  });
