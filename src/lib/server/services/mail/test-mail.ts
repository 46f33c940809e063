import { isMailPort, MAIL_PORT_WORDS } from '../../../core/settings/settings-limits';
import { findAnswer } from '../../db/tables/operations-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import { readSection } from '../stored-settings/read-section';
import { mutate } from '../write-path/mutate';
import type { Answer } from '../write-path/mutation';
import { compose } from './compose';
import { mailServer } from './mail-server';
import { MailFailed, sendMail } from './transport';

export type MailTestInput = { op: string; to: string };
export type MailTestAnswer = {
  sent: boolean;
  /** The server's own words when it was not sent, in short; else null. */
  said: string | null;
};

const NAME = 'settings.testMail';
const PERMISSION = 'settings.application.edit_mail' as const;

/**
 * Sends one mail at once, to see whether the settings are right (SET-1). It goes out before the transaction, which
 * records how it went: a server may take seconds, during which no lock may be held. A repeated operation sends
 * nothing.
 */
export async function testMail(
  deps: Deps,
  caller: Caller,
  input: MailTestInput
): Promise<Answer<MailTestAnswer>> {
  const question = { name: NAME, permission: PERMISSION, sensitive: true };
  const tried = await ask<MailTestAnswer | null>(deps, caller, question, async (actor) => {
    if (await findAnswer(deps.db, actor.id, input.op)) return { answer: null };
    const server = await mailServer(deps);
    if (!server)
      return { refused: { code: 'input/invalid', field: 'mail.host', message: 'Save a mail server first.' } };
    if (!isMailPort(server.port, deps.mailPorts))
      return { refused: { code: 'input/invalid', field: 'mail.port', message: MAIL_PORT_WORDS } };
    const { name: brand } = await readSection(deps.db, 'branding');
    const text = {
      subject: `Test of the mail settings of ${brand}`,
      paragraphs: [`${actor.name} sent this to see whether ${brand} can send mail. It can.`]
    };
    const from = { name: brand, address: server.from };
    try {
      await sendMail(server, {
        to: input.to,
        from,
        subject: text.subject,
        ...compose(text, { name: '', brand })
      });
      return { answer: { sent: true, said: null } };
    } catch (error) {
      if (!(error instanceof MailFailed)) throw error;
      return { answer: { sent: false, said: error.message } };
    }
  });
  if ('refused' in tried) return tried;
  return mutate(deps, caller, recordTest(tried.answer), input);
}

/** @param answer how it went; null when an earlier answer stands for this operation */
const recordTest = (answer: MailTestAnswer | null) =>
  defineCommand<'settings.testMail', MailTestAnswer>('settings.testMail', {
    target: () => ({ type: 'settings', id: 'mail' }),
    decide: async (_, { to }) => {
      // The earlier answer was forgotten in between, after weeks.
      if (answer === null) return { refused: { code: 'input/op-reused', field: 'op' } };
      return {
        answer,
        events: [
          {
            action: 'settings.mail_tested',
            target: { type: 'settings', id: 'mail', name: null },
            outcome: answer.sent ? 'success' : 'error',
            ...(answer.said === null ? {} : { change: [{ path: 'said', old: null, new: answer.said }] }),
            personal: { to }
          }
        ],
        affects: []
      };
    }
  });
