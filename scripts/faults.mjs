import './require-node.mjs';
import { parseArgs } from 'node:util';
import { CAMPAIGNS } from './fault-campaigns.mjs';

// The long campaigns: `npm run faults -- --seed N --runs N`, all of them (scripts/fault-campaigns.mjs) one after the
// other; `--only NAME`: one alone. A seed repeats the choices of an earlier run; the moments at which they fall are the
// machine's. `--runs N` is for those that count: kills, damaged logs, plots, stories, rounds. `--postgres N` and
// `--apps 1|2` are for the campaign `kills`.

try {
  const { seed, runs, postgres, apps, only } = parseArgs({
    options: {
      seed: { type: 'string' },
      runs: { type: 'string' },
      postgres: { type: 'string', default: '50' },
      apps: { type: 'string' },
      only: { type: 'string' }
    }
  }).values;
  if (only !== undefined && !Object.hasOwn(CAMPAIGNS, only))
    throw new Error(`--only ${only}: it is one of ${Object.keys(CAMPAIGNS).join(', ')}`);
  if (apps !== undefined && apps !== '1' && apps !== '2') throw new Error(`--apps ${apps}: it is 1 or 2`);
  const given = {
    seed: seed === undefined ? Math.floor(Math.random() * 0xffff_ffff) : number('seed', seed) >>> 0,
    runs: runs === undefined ? undefined : number('runs', runs),
    postgres: number('postgres', postgres),
    apps: apps === undefined ? undefined : /** @type {1 | 2} */ (Number(apps))
  };

  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled();
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt();
  /** @type {string[]} */
  const wrong = [];
  for (const name of only === undefined ? Object.keys(CAMPAIGNS) : [only])
    if (await isWrong(name, given)) wrong.push(name);
  console.log(
    wrong.length === 0 ? 'Nothing was wrong.' : `Wrong, with seed ${given.seed}: ${wrong.join(', ')}`
  );
  process.exit(wrong.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/**
 * Runs a campaign; true: something was wrong, or it could not be run to its end.
 * @param {string} name
 * @param {import('./fault-campaigns.mjs').Given} given
 */
async function isWrong(name, given) {
  try {
    return await CAMPAIGNS[name]?.(given);
  } catch (error) {
    console.error(error);
    return true;
  }
}

/**
 * A whole number that was given.
 * @param {string} name
 * @param {string} text
 * @throws Error when it is none
 */
function number(name, text) {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} ${text}: it is a whole number`);
  return Number(text);
}
