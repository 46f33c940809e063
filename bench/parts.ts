import { loadavg } from 'node:os';
import { measureCaps } from './caps/caps';
import { exactnessRows, policyRows, rateRows } from './caps/report-caps';
import { measureDecisions } from './decisions/decisions';
import { endpointRows, inProcessRows } from './decisions/report-decisions';
import { firstLoadRows } from './first-loads';
import { measureLists } from './lists';
import { logRows, measureLog } from './log';
import { exportRows, measureExports } from './log-export';
import { startPostgres, type BenchPostgres } from './postgres';
import { measurePresence } from './presence';
import { listsRows } from './report-lists';
import { presenceRows } from './report-presence';
import type { Plan } from './results';
import { besideRows, pairRows } from './tenants/report-tenants';
import { measureTenants } from './tenants/tenants';
import { tickRows, writerRows } from './tick/report-tick';
import { measureTick } from './tick/tick';

type Say = (what: string) => void;
/** Rows of figures, each of which is printed on a line of its own. */
type Part = (database: BenchPostgres, plan: Plan, say: Say) => Promise<string[][]>;

/** Parts that can be measured alone, by the name that `--only` takes. */
const PARTS: Readonly<Record<string, Part>> = {
  caps: async (database, { rounds }, say) => {
    const costs = await measureCaps(database, rounds, say);
    return [...rateRows(costs.hot), ...rateRows(costs.many), ...exactnessRows(costs), ...policyRows(costs)];
  },
  decisions: async (database, { rounds }, say) => {
    const costs = await measureDecisions(database, rounds, say);
    const { search, memory } = costs.endpoints;
    return [
      ...endpointRows(costs),
      ...inProcessRows(costs),
      ['who can, p50 / p95 (ms)', `${search.p50.toFixed(1)} / ${search.p95.toFixed(1)}`],
      ['memory per 10,000 people (MB)', (memory / 2 ** 20).toFixed(1)]
    ];
  },
  exports: async (database, { exported }, say) => exportRows(await measureExports(database, exported, say)),
  lists: async (database, { listed }, say) => listsRows(await measureLists(database, listed, say)),
  log: async (database, { rounds }, say) => logRows(await measureLog(database, rounds, say)),
  pages: () => Promise.resolve(firstLoadRows()),
  presence: async (database, { people }) => presenceRows(await measurePresence(database, people)),
  tenants: async (database, { rounds }, say) => {
    const costs = await measureTenants(database, rounds, say);
    return [...pairRows(costs), ...besideRows(costs)];
  },
  tick: async (database, { turns }, say) => {
    const costs = await measureTick(database, turns, say);
    return [...tickRows(costs), ...writerRows(costs)];
  }
};

export const PART_NAMES = Object.keys(PARTS);

/**
 * Measures one part alone and prints its figures, and how busy the machine was; no file is written.
 * @throws Error when there is no part of this name
 */
export async function runPart(name: string, plan: Plan, say: Say): Promise<void> {
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (!part) throw new Error(`--only ${name}: it is one of ${PART_NAMES.join(', ')}`);
  const database = await startPostgres();
  try {
    const [before] = loadavg();
    for (const row of await part(database, plan, say)) console.log(row.join(' | '));
    console.log(`load average ${before?.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after`);
  } finally {
    await database.stop();
  }
}
