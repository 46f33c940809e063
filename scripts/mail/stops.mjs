import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpSession } from './sockets.mjs';

const WITHIN_MS = 1000;
const LOOKS_MS = 1500;

/**
 * @typedef {{ before: number, lastMs: number, late: number }} Stopped messages accepted before and too late; lastMs:
 * when the last one was accepted
 */

/**
 * Administrators are stopped in every way that there is.
 * @param {{ smtpPort: number, rolecall: import('./rolecall.mjs').Rolecall, name: string }} given
 * @returns {Promise<({ how: string } & Stopped)[]>}
 */
export async function runStops({ smtpPort, rolecall, name }) {
  const stops = {
    suspended: (/** @type {string} */ id) => rolecall.owner.call('administrators.suspend', { id }),
    paused: (/** @type {string} */ id) =>
      rolecall.owner.call('caps.pause', { subject: { type: 'administrator', id }, reason: 'complaints' }),
    closed: (/** @type {string} */ id) => rolecall.owner.call('administrators.delete', { id, hard: false })
  };
  const outcomes = [];
  for (const [how, stop] of Object.entries(stops)) {
    const sender = await rolecall.sender(`${how}-${name}`, 100_000);
    outcomes.push({ how, ...(await stopWhileSending({ smtpPort, sender, stop })) });
  }
  return outcomes;
}

/**
 * Somebody sends one message after the other; they are stopped; one second later nothing of theirs is accepted any
 * more (QUO-8).
 * @param {{ smtpPort: number, sender: { id: string, email: string }, stop: (id: string) => Promise<unknown> }} given
 * @returns {Promise<Stopped>}
 */
export async function stopWhileSending({ smtpPort, sender, stop }) {
  const accepted = { before: 0, late: 0 };
  let [stopped, last, isOver] = [Infinity, 0, false];
  const sending = (async () => {
    let smtp = await SmtpSession.open(smtpPort, sender.email);
    while (!isOver) {
      const answer = await smtp.send({ from: sender.email, recipients: 2 }).catch(String);
      const since = performance.now() - stopped;
      if (answer.startsWith('250') && stopped === Infinity) accepted.before += 1;
      else if (answer.startsWith('250')) {
        last = Math.round(since);
        if (since > WITHIN_MS) accepted.late += 1;
      } else {
        smtp.vanish();
        smtp = await SmtpSession.open(smtpPort, sender.email);
      }
      await sleep(10);
    }
    smtp.vanish();
  })();
  while (accepted.before < 3) await Promise.race([sleep(20), sending]);
  await stop(sender.id);
  stopped = performance.now();
  await sleep(WITHIN_MS + LOOKS_MS);
  isOver = true;
  await sending;
  return { before: accepted.before, lastMs: last, late: accepted.late };
}
