import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../project.mjs';
import { runTool } from '../run-quietly.mjs';
import { freePort, until } from '../stage.mjs';
import { runAgency } from './agency.mjs';
import { fill, recipientsOf, runCampaign } from './campaign.mjs';
import { unpackExim } from './exim.mjs';
import { installHaraka } from './haraka.mjs';
import { mailSink } from './sink.mjs';
import { dovecotAuth, losingAnswers, SmtpSession } from './sockets.mjs';
import { runStops } from './stops.mjs';
import { unpackPostfix } from './unpack-postfix.mjs';

/** Share of the recipients asked for that the cap has room for. */
const SHARE = 0.6;
const LOST_EVERY = 7;

/**
 * @typedef {import('../stage.mjs').Stage} Stage
 * @typedef {import('./rolecall.mjs').Rolecall} Rolecall
 * @typedef {{ failed: number } | { missing: string }} Outcome
 * @typedef {(what: string, isRight: boolean, found?: unknown) => void} Check
 */

/** @param {Stage} stage @param {Rolecall} rolecall @param {number} messages @returns {Promise<Outcome>} */
export async function tryPostfix(stage, rolecall, messages) {
  const [smtpPort, auth] = [await freePort(), await dovecotAuth()];
  const proxy = await losingAnswers(rolecall.policyPort, LOST_EVERY);
  stage.ends(() => auth.close());
  stage.ends(() => proxy.close());
  const postfix = unpackPostfix(stage.folder, { smtpPort, authPort: auth.port, policyPort: proxy.port });
  if ('missing' in postfix) return postfix;
  await stage.run(postfix.start, postfix.env, null);
  const log = join(stage.folder, 'mail.log');
  await follow(stage, rolecall, log);
  // What the queue manager took is what goes out.
  const out = (/** @type {string} */ email) =>
    [...readFileSync(log, 'utf8').matchAll(/from=<([^>]*)>, size=\d+, nrcpt=(\d+) \(queue active\)/g)]
      .filter(([, from]) => from === email)
      .reduce((sum, [, , count]) => sum + Number(count), 0);
  const outcome = await tryServer('postfix', { rolecall, smtpPort, messages, out, refuses: true });
  console.log(`postfix: ${proxy.lost.n} answers were lost`);
  const { failed, check } = checks('agency');
  await runAgency({ rolecall, smtpPort, out, check, settled });
  return { failed: outcome + (proxy.lost.n > 3 ? 0 : 1) + failed() };
}

/** @param {Stage} stage @param {Rolecall} rolecall @param {number} messages @returns {Promise<Outcome>} */
export async function tryHaraka(stage, rolecall, messages) {
  const [smtpPort, sink] = [await freePort(), await mailSink()];
  stage.ends(() => sink.close());
  const given = { smtpPort, sinkPort: sink.port, origin: rolecall.origin, key: rolecall.key };
  const haraka = installHaraka(stage.folder, given);
  if ('missing' in haraka) return haraka;
  await stage.run(haraka.start, haraka.env, null);
  const out = (/** @type {string} */ email) => sink.got.get(email) ?? 0;
  return { failed: await tryServer('haraka', { rolecall, smtpPort, messages, out, refuses: false }) };
}

/** @param {Stage} stage @param {Rolecall} rolecall @param {number} messages @returns {Promise<Outcome>} */
export async function tryExim(stage, rolecall, messages) {
  const smtpPort = await freePort();
  const exim = unpackExim(stage.folder, { smtpPort, policyPort: rolecall.policyPort });
  if ('missing' in exim) return exim;
  await stage.run(exim.start, exim.env, null);
  const out = (/** @type {string} */ email) => {
    // `<=` has the sender, and after `for` its recipients.
    const text = readFileSync(join(stage.folder, 'exim/log/mainlog'), 'utf8');
    return [...text.matchAll(/ <= (\S+) .* for (.*)$/gm)]
      .filter(([, from]) => from === email)
      .reduce((sum, [, , recipients = '']) => sum + recipients.split(' ').length, 0);
  };
  // It asks once: a lost answer stays counted, so nothing is killed here. It starts a process for each session and
  // message.
  const few = Math.min(messages, 200);
  const given = { rolecall, smtpPort, messages: few, out, refuses: false, isHurt: false };
  return { failed: await tryServer('exim', given) };
}

/**
 * Starts the follower of Postfix's log, as its package has it.
 * @param {Stage} stage @param {Rolecall} rolecall @param {string} log
 */
async function follow(stage, rolecall, log) {
  const { ok, output } = await runTool('typescript/bin/tsc', ['-p', 'packages/postfix-log']);
  if (!ok) throw new Error(`the follower could not be built: ${output}`);
  const program = join(PROJECT, 'packages/postfix-log/dist/main.js');
  const args = ['--mta', 'mx1', '--log', log, '--state', join(stage.folder, 'follower.json')];
  const env = { ROLECALL_URL: rolecall.origin, ROLECALL_KEY: rolecall.key };
  await stage.run([process.execPath, program, ...args], env, 'Following');
}

/**
 * A campaign, and who is stopped; how many things went wrong.
 * @param {string} name
 * @param {{ rolecall: Rolecall, smtpPort: number, messages: number, out: (email: string) => number,
 *   refuses: boolean, isHurt?: boolean }} given
 */
async function tryServer(name, { rolecall, smtpPort, messages, out, refuses, isHurt = true }) {
  const { failed, check } = checks(name);
  await until(async () => (await SmtpSession.open(smtpPort, 'nobody')).vanish());
  const asked = Array.from({ length: messages }, (_, n) => recipientsOf(n)).reduce(
    (sum, units) => sum + units,
    0
  );
  const cap = Math.floor(asked * SHARE);
  const sender = await rolecall.sender(`olga-${name}`, cap);
  const hurts = isHurt
    ? [() => rolecall.killed(), () => rolecall.killPostgres(), () => rolecall.killed()]
    : [];
  const tally = await runCampaign({ name, smtpPort, sender, messages, cap, refuses, hurts });
  const { unknown, refused, sent, tookMs } = tally;
  console.log(
    `${name}: ${sent} messages in ${Math.round(tookMs / 1000)} s; ${tally.accepted} recipients accepted, ${unknown} of clients that vanished`
  );
  for (const [words, count] of refused) console.log(`${name}:   ${count} × ${words}`);
  const found = { cap, unknown, accepted: 0, out: 0, used: 0, held: 0 };
  // Twice: what came back is sent, too.
  for (let round = 0; round < 2; round++) {
    await fill(tally, { smtpPort, sender, cap });
    found.accepted = tally.accepted;
    await settled(async () => {
      Object.assign(found, { out: out(sender.email), ...(await rolecall.counted(sender.id)) });
      return found.held === 0 && found.used === found.out;
    });
  }
  const { accepted } = tally;
  check(`exactly the cap of ${cap} went out`, found.out === cap, found);
  check(
    'what was accepted, and nothing else',
    accepted <= found.out && found.out <= accepted + unknown,
    found
  );
  check('counted once, and nothing stranded', found.used === found.out && found.held === 0, found);
  const stops = await runStops({ smtpPort, rolecall, name });
  for (const { how, before, lastMs, late } of stops)
    check(
      `who is ${how} sends nothing after 1 s (the last after ${lastMs} ms)`,
      before > 2 && late === 0,
      late
    );
  return failed();
}

/**
 * Says what is right and what is not, and counts the latter.
 * @param {string} name
 */
function checks(name) {
  let failed = 0;
  /** @type {Check} */
  const check = (what, isRight, found = '') => {
    if (!isRight) failed += 1;
    console.log(`${name}: ${what}: ${isRight ? 'ok' : `WRONG ${JSON.stringify(found)}`}`);
  };
  return { check, failed: () => failed };
}

/**
 * Waits until it is so, for a minute and a half.
 * @param {() => Promise<boolean>} isSo
 */
async function settled(isSo) {
  const end = Date.now() + 90_000;
  while (!(await isSo()) && Date.now() < end) await new Promise((done) => setTimeout(done, 500));
}
