import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpSession } from './sockets.mjs';

const SESSIONS = 4;
const AWAY_MS = 500;

/**
 * @typedef {{
 * name: string, smtpPort: number, sender: { id: string, email: string }, messages: number, cap: number, refuses:
 * boolean,
 *   hurts: (() => unknown)[]
 * }} Campaign refuses: whether a header makes the server refuse after it asked; hurts: what is done to it on its way
 * @typedef {{ accepted: number, unknown: number, refused: Map<string, number>, sent: number, tookMs: number }} Tally
 * in recipients, sent in messages
 */

/**
 * Sends messages over four sessions at once, with 1 to 50 recipients, and does to them what happens to mail: sessions
 * are reset, clients vanish before the end and after it, and what carries the mail is hurt.
 * @param {Campaign} campaign
 * @returns {Promise<Tally>}
 * In one piece: one story, told in its order.
 */
export async function runCampaign({ smtpPort, sender, messages, refuses, hurts }) {
  /** @type {Tally} */
  const tally = { accepted: 0, unknown: 0, refused: new Map(), sent: 0, tookMs: 0 };
  const begun = performance.now();
  const hurting = [...hurts];
  /** One after the other. @type {Promise<unknown>} */
  let hurt = Promise.resolve();
  let next = 0;
  const session = async () => {
    /** @type {SmtpSession | null} */
    let smtp = null;
    while (next < messages) {
      const n = next++;
      if (hurting.length > 0 && n >= ((hurts.length - hurting.length + 1) * messages) / (hurts.length + 1)) {
        const what = hurting.shift();
        hurt = hurt.then(what);
      }
      try {
        smtp ??= await SmtpSession.open(smtpPort, sender.email);
        if (!(await send(smtp, n))) smtp = null;
      } catch {
        smtp = null;
        await sleep(50);
      }
    }
    smtp?.vanish();
  };
  /**
   * One message; whether the session goes on.
   * @param {SmtpSession} smtp
   * @param {number} n
   */
  const send = async (smtp, n) => {
    const recipients = recipientsOf(n);
    const message = { from: sender.email, recipients };
    if (n % 19 === 3) {
      await smtp.say(`MAIL FROM:<${sender.email}>`);
      await smtp.say('RCPT TO:<r@elsewhere.example>');
      if (n % 2 === 0) return smtp.vanish();
      await smtp.say('RSET');
    }
    if (n % 23 === 5) {
      // It goes away with the end of its message. What was refused before the end is no question.
      let ended = false;
      const vanishing = smtp.send({ ...message, onEnd: () => (ended = true) });
      while (!ended && (await Promise.race([vanishing.then(() => 'answered'), sleep(1)])) !== 'answered');
      smtp.vanish();
      await vanishing.catch(() => undefined);
      tally.sent += 1;
      if (ended) tally.unknown += recipients;
      return false;
    }
    const isRefused = refuses && n % 29 === 7;
    const answer = await smtp.send({ ...message, ...(isRefused ? { header: 'X-Refuse: yes' } : {}) });
    tally.sent += 1;
    if (answer.startsWith('250')) tally.accepted += recipients;
    else {
      const words = answer
        .replace(/\s+/g, ' ')
        .replace(/\d{2,}[-\d]* ?[:\d]*/g, '#')
        .slice(0, 60);
      tally.refused.set(words, (tally.refused.get(words) ?? 0) + 1);
      await smtp.say('RSET');
      // As a client does that is told to come again.
      if (answer.includes(' 4.3.0 ')) await sleep(AWAY_MS);
    }
    return true;
  };
  await Promise.all(Array.from({ length: SESSIONS }, session));
  await hurt;
  tally.tookMs = Math.round(performance.now() - begun);
  return tally;
}

/** Mostly a few, and up to 50: 9 on average. @param {number} n */
export function recipientsOf(n) {
  return n % 10 === 0 ? 1 + ((n * 7) % 50) : 1 + ((n * 3) % 13);
}

/**
 * Sends what is left until the cap is reached.
 * @param {Tally} tally
 * @param {Pick<Campaign, 'smtpPort' | 'sender' | 'cap'>} campaign
 */
export async function fill(tally, { smtpPort, sender, cap }) {
  let recipients = 10;
  for (let n = 0; n < cap; n++) {
    const smtp = await SmtpSession.open(smtpPort, sender.email);
    const answer = await smtp.send({ from: sender.email, recipients }).catch(String);
    smtp.vanish();
    const left = /has (\d+) left/.exec(answer);
    if (answer.startsWith('250')) tally.accepted += recipients;
    else if (answer.includes('is reached')) return;
    else if (left) recipients = Number(left[1]);
    else await sleep(AWAY_MS);
  }
}
