import { claimDueMail, MAIL_WAYS, updateMail, type MailRow, type MailWay } from '../../db/tables/mails-table';
import type { Deps } from '../write-path/deps';
import { startRounds } from '../write-path/rounds';
import { formerServer, mailServer } from './mail-server';
import { prepareMail } from './prepare';
import { MailFailed, sendMail } from './transport';

const LOOK_MS = 2_000;
/** Longer than the slowest try: nobody else takes a mail that somebody is sending; after a crash it is sent again. */
const CLAIM_SECONDS = 120;
const FIRST_DELAY_SECONDS = 60;
const LONGEST_DELAY_SECONDS = 6 * 3600;
const GIVE_UP_MS = 72 * 3_600_000;
/**
 * Longest time a stop waits for a mail that is under way, in ms. An unfinished one is sent once more after the
 * next start.
 */
const STOP_MS = 5_000;

/**
 * Sends what is due, every two seconds, in any number of processes. Every mail goes out at least once or is given
 * up. What goes through a former server goes beside the rest: neither server can hold up what the other one
 * carries.
 */
export function startMailing(deps: Deps): { stop(): Promise<void> } {
  const ways = MAIL_WAYS.map((way) =>
    startRounds(
      LOOK_MS,
      async (goes) => {
        while (goes() && (await sendOneDue(deps, way)));
      },
      (error) => deps.log.warn({ err: error }, 'mail could not be looked after, it is tried again')
    )
  );
  return {
    async stop() {
      let late: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((done) => (late = setTimeout(done, STOP_MS)));
      await Promise.race([Promise.all(ways.map((way) => way.stop())), patience]);
      clearTimeout(late);
    }
  };
}

/** Sends one mail that is due this way; false when there was none. */
async function sendOneDue(deps: Deps, way: MailWay): Promise<boolean> {
  const row = await claimDueMail(deps.db, CLAIM_SECONDS, way);
  if (!row) return false;
  const change = await trySending(deps, row);
  await updateMail(deps.db, row.id, change);
  return true;
}

async function trySending(deps: Deps, row: MailRow): Promise<Partial<MailRow>> {
  try {
    const server = row.server ? formerServer(deps, row.server) : await mailServer(deps);
    if (!server) throw new MailFailed('Mail is not set up.');
    const prepared = await prepareMail(deps, row, server);
    if (!prepared) return { givenUpAt: new Date(), problem: 'It was no longer needed.', server: null };
    const { mail, readers } = prepared;
    // Before it leaves: from then on its link is judged by them, too (services/credentials/activation-makers).
    if (readers.length > 0)
      await updateMail(deps.db, row.id, { readers: [...new Set([...row.readers, ...readers])] });
    await sendMail(server, mail);
    return { sentAt: new Date(), problem: null, server: null };
  } catch (error) {
    // Whatever else it is must not be told: it could hold anything.
    const problem = error instanceof MailFailed ? error.message : 'It could not be prepared.';
    const { id, kind, attempts } = row;
    const code = error instanceof MailFailed ? error.code : null;
    deps.log.warn(
      { mail: id, kind, attempts, problem, ...(code === null ? {} : { code }) },
      'a mail was not sent'
    );
    if (Date.now() - row.createdAt.getTime() >= GIVE_UP_MS)
      return { givenUpAt: new Date(), problem, server: null };
    return { problem, nextAt: new Date(Date.now() + delaySeconds(attempts) * 1000) };
  }
}

/** Wait before the next try: 1, 2, 4 … minutes, at most 6 hours. */
export function delaySeconds(attempts: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.max(0, attempts - 1));
}
