// `npm run test:mail`: caps through a real Postfix (QUO-5). Answers are lost on their way, sessions are reset or break off, four send at
// once; at the end exactly as many recipients were accepted as the cap allows. Skipped where Debian's package cannot be had.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { dovecotAuth, losingAnswers, SmtpSession } from './mail/sockets.mjs';
import { unpackPostfix } from './mail/unpack-postfix.mjs';
import { PROJECT } from './project.mjs';
import { freePort, onStage, until } from './stage.mjs';

const CAP = 60;
const SESSIONS = 4;
const LOST_EVERY = 5;
const PASSWORD = 'a long enough sentence for tests';
const SETUP_TOKEN = randomUUID();

process.exit(await onStage('mail', main));

/** @param {import('./stage.mjs').Stage} stage */
async function main(stage) {
  const { folder } = stage;
  await ensureBuilt();
  const [web, policyPort, smtpPort] = [await freePort(), await freePort(), await freePort()];
  const auth = await dovecotAuth();
  const proxy = await losingAnswers(policyPort, LOST_EVERY);
  stage.ends(() => auth.close());
  stage.ends(() => proxy.close());
  const postfix = unpackPostfix(folder, { smtpPort, authPort: auth.port, policyPort: proxy.port });
  if ('missing' in postfix) {
    console.log(`skipped: ${postfix.missing}`);
    return 0;
  }
  const origin = `http://localhost:${web}`;
  await stage.run(
    [process.execPath, join(PROJECT, 'build/server/serve.js')],
    {
      PORT: String(web),
      DATA_DIR: join(folder, 'rolecall'),
      SETUP_TOKEN,
      POLICY_LISTEN: `127.0.0.1:${policyPort}`,
      LOG_LEVEL: 'warn'
    },
    'Rolecall ready'
  );
  const login = await somebodyWithCap(origin);
  await stage.run(postfix.start, postfix.env, null);
  await until(async () => (await SmtpSession.open(smtpPort, login)).vanish());

  /** @type {Said} */
  const said = { accepted: 0, refused: [] };
  const session = async (/** @type {number} */ n) => {
    for (let mail = 0; mail < 12; mail++) {
      const smtp = await SmtpSession.open(smtpPort, login);
      // Whoever only begins, resets or breaks off is not counted.
      await smtp.say('MAIL FROM:<sender@client.example>');
      await smtp.say('RCPT TO:<r@elsewhere.example>');
      if (mail % 3 === 0) {
        smtp.vanish();
        continue;
      }
      await smtp.say('RSET');
      await count(smtp, 1 + ((mail + n) % 3), said);
      smtp.vanish();
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, (_, n) => session(n)));
  // What is left, one by one.
  const last = await SmtpSession.open(smtpPort, login);
  for (let n = 0; n < CAP && !said.refused.some((text) => text.includes('is reached')); n++) {
    await count(last, 1, said);
    await last.say('RSET');
  }
  const log = readFileSync(join(folder, 'mail.log'), 'utf8');
  console.log(
    `accepted ${said.accepted} recipients of ${CAP}; answers lost ${proxy.lost.n}; refused: ${said.refused.at(-1)}`
  );
  const isRight =
    said.accepted === CAP &&
    proxy.lost.n > 3 &&
    said.refused.every((text) => /^451 4\.7\.1 .*Daily limit 60/.test(text));
  if (!isRight) console.error(`${said.refused.join('\n')}\n${log.split('\n').slice(-30).join('\n')}`);
  console.log(isRight ? 'passed' : 'FAILED');
  return isRight ? 0 : 1;
}

/** @typedef {{ accepted: number, refused: string[] }} Said */

/**
 * @param {SmtpSession} smtp
 * @param {number} recipients
 * @param {Said} said
 */
async function count(smtp, recipients, said) {
  const answer = await smtp.send(recipients);
  if (answer.startsWith('250')) said.accepted += recipients;
  else said.refused.push(answer);
}

/** @param {string} origin */
async function somebodyWithCap(origin) {
  let cookie = '';
  const call = async (/** @type {string} */ path, /** @type {object} */ input) => {
    const response = await fetch(`${origin}/trpc/${path}`, {
      method: 'POST',
      headers: { origin, cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ op: randomUUID(), ...input })
    });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return JSON.parse(text).result.data;
  };
  await call('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
  const email = 'olga@northwind.example';
  await call('administrators.create', {
    ...{ name: 'Olga', email, roleId: 'support', password: 'an initial sentence for the newcomer' },
    caps: { daily: CAP }
  });
  return email;
}
