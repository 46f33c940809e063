// `npm run test:mail`: caps through a real Postfix, a real Haraka and a real Exim (QUO-4, QUO-5, QUO-8). Answers are
// lost on their way, sessions are reset or break off, Rolecall and Postgres are killed, four send at once; at the end
// exactly as many recipients went out as the cap allows, and as many were counted. Exim is tried when it is named
// alone: what it counts at the end is not verified yet. `--full`: 10,000 messages through Postfix and Haraka. What
// cannot be had here is skipped.
import { ensureBuilt } from './ensure-built.mjs';
import { tryExim, tryHaraka, tryPostfix } from './mail/trials.mjs';
import { Rolecall } from './mail/rolecall.mjs';
import { onStage } from './stage.mjs';

const [QUICK, FULL] = [400, 10_000];
const { argv } = process;
const messages = argv.includes('--full') ? FULL : QUICK;
const TRIALS = { postfix: tryPostfix, haraka: tryHaraka, exim: tryExim };
const named = Object.keys(TRIALS).filter((name) => argv.includes(name));

process.exit(await onStage('mail', main));

/** @param {import('./stage.mjs').Stage} stage */
async function main(stage) {
  await ensureBuilt();
  const rolecall = await Rolecall.found(stage);
  let failed = 0;
  for (const [name, attempt] of Object.entries(TRIALS)) {
    if (named.length > 0 ? !named.includes(name) : name === 'exim') continue;
    const outcome = await attempt(stage, rolecall, messages);
    if ('missing' in outcome) console.log(`skipped: ${outcome.missing}`);
    else failed += outcome.failed;
  }
  console.log(failed === 0 ? 'passed' : `FAILED: ${failed}`);
  return failed === 0 ? 0 : 1;
}
