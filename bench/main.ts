import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import shipped from '../src/lib/core/access/catalogue/permissions.json';
import type { Catalogue } from '../src/lib/core/access/catalogue';
import { measureDecisions } from './decisions/decisions';
import { measureCaps } from './caps/caps';
import { measureCatchUp, type CatchUp } from './catch-up';
import { wideCatalogue } from '../tests/support/wide-catalogue';
import { cloudCatalogue } from './cloud-catalogue';
import { measureExports } from './log-export';
import { measureFootprint, type Footprint } from './footprint';
import { addMeasured, Crowd, measureClicks, nothingMeasured, type Measured } from './latency';
import { measureLists } from './lists';
import { measureLog } from './log';
import { measureLogSearch } from './log-search';
import { measureMembers } from './members';
import { measureOffline, measureReturns } from './offline';
import { measurePages } from './page';
import { runPart } from './parts';
import { measurePresence } from './presence';
import { startPostgres, type BenchPostgres } from './postgres';
import { renderReport } from './report';
import { FULL, QUICK, type Plan, type Results } from './results';
import { measureSearch } from './search';
import { measureStampede } from './stampede';
import { measureSignIns } from './sign-ins';
import { measureTenants } from './tenants/tenants';
import { measureTick } from './tick/tick';
import type { Contender } from './servers/contender';
import { install, startOurs } from './servers/ours';
import { startHocuspocus, startStock } from './servers/peer';

/**
 * Runs everything and writes the report to `file`; prints it, too. With `only` one part of it, which is printed alone:
 * the file stays as it is.
 */
export async function main(options: {
  quick: boolean;
  only: string | undefined;
  /** Number of entries of the log that is exported, when that part runs alone. */
  entries: number | undefined;
  file: string;
}): Promise<void> {
  const plan = options.quick ? QUICK : FULL;
  if (options.only !== undefined)
    return runPart(options.only, { ...plan, exported: options.entries ?? plan.exported }, say);
  const started = performance.now();
  // Other work of the machine shows in every number, most where several processes take turns.
  const load = loadavg()[0] ?? 0;
  const results = await measure(plan);
  const report = await renderReport(results, { load, seconds: (performance.now() - started) / 1000 });
  console.log(report);
  const style = await resolveConfig(options.file);
  await writeFile(options.file, await format(report, { ...style, parser: 'markdown' }));
}

// In one piece: one measurement after another, on servers that stop in between.
async function measure(plan: Plan): Promise<Results> {
  // In the order of their making: what was started is stopped from the last to the first.
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const database = await startPostgres();
    stops.push(() => database.stop());
    say('preparing people and roles');
    const installation = await install(await database.createDatabase('rolecall_bench'));
    const peerDatabase = await database.createDatabase('hocuspocus_bench');
    const starts = [() => startOurs(installation), () => startStock(), () => startHocuspocus(peerDatabase)];

    const footprints = new Map<string, Footprint>();
    for (const start of starts) {
      const contender = await start();
      stops.push(() => contender.stop());
      say(`memory per connection: ${contender.name}`);
      footprints.set(contender.name, await measureFootprint(contender, plan.connections));
      await contender.stop();
    }

    const ours = await startOurs(installation);
    stops.push(() => ours.stop());
    const contenders: Contender[] = [ours];
    for (const start of [startStock, () => startHocuspocus(peerDatabase)]) {
      const peer = await start();
      stops.push(() => peer.stop());
      contenders.push(peer);
    }
    const clicks = await measureAllClicks(contenders, plan);
    const catchUps = new Map<string, CatchUp>();
    for (const contender of contenders) {
      say(`catching up: ${contender.name}`);
      catchUps.set(contender.name, await measureCatchUp(contender, plan.missed));
    }
    say('members of a role');
    const members = await measureMembers(ours, plan.members, plan.clicks);
    say('two people on Home');
    const presence = await measurePresence(database, plan.people);
    const lists = await measureLists(database, plan.listed, say);
    say('signing in');
    const signIns = await measureSignIns(ours, plan.rounds);
    say('everybody coming back at once');
    const stampede = await measureStampede(ours, plan.returning, plan.rounds);
    for (const contender of contenders) await contender.stop();
    const tick = await measureTick(database, plan.turns, say);
    const { offline, returns } = await measureAway(database, plan, stops);
    const log = await measureLog(database, plan.rounds, say);
    const decisions = await measureDecisions(database, plan.rounds, say);
    const caps = await measureCaps(database, plan.rounds, say);
    const tenants = await measureTenants(database, plan.rounds, say);

    const exports = await measureExports(database, plan.exported, say);
    say(`the log with ${plan.entries.toLocaleString('en')} entries`);
    const logSearch = await measureLogSearch(database, plan.entries, plan.questions, stops);

    say('search');
    const cloud = await cloudCatalogue();
    const searches = { shipped: measureSearch(shipped as Catalogue), cloud: measureSearch(cloud) };
    const pages = await measureBothPages(database, installation, cloud, stops);
    return {
      plan,
      footprints,
      clicks,
      tick,
      catchUps,
      members,
      presence,
      lists,
      signIns,
      stampede,
      offline,
      returns,
      exports,
      logSearch,
      log,
      decisions,
      caps,
      tenants,
      searches,
      pages
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** All contenders in turns, so that whatever else the machine does meanwhile hits all alike. */
async function measureAllClicks(
  contenders: readonly Contender[],
  plan: Plan
): Promise<Map<number, Map<string, Measured>>> {
  const crowds = new Map(contenders.map((contender) => [contender, new Crowd(contender)]));
  // Code that runs for the first time is slow everywhere: one unmeasured turn each.
  for (const [contender, crowd] of crowds) {
    await crowd.growTo(plan.readers[0] ?? 1);
    await measureClicks(contender, crowd, plan.clicks);
  }
  const all = new Map<number, Map<string, Measured>>();
  for (const size of plan.readers) {
    const sums = new Map(contenders.map(({ name }) => [name, nothingMeasured()]));
    all.set(size, sums);
    for (const [, crowd] of crowds) await crowd.growTo(size);
    for (let round = 1; round <= plan.rounds; round++) {
      say(`clicks seen by ${size}, round ${round} of ${plan.rounds}`);
      for (const [contender, crowd] of crowds)
        addMeasured(sums.get(contender.name)!, await measureClicks(contender, crowd, plan.clicks));
    }
  }
  for (const [, crowd] of crowds) await crowd.leave();
  return all;
}

/** Work without a connection, on a catalogue that has a thousand actions to tick in one role. */
async function measureAway(
  database: BenchPostgres,
  plan: Plan,
  stops: (() => Promise<unknown>)[]
): Promise<Pick<Results, 'offline' | 'returns'>> {
  say('edits made offline, and coming back');
  const catalogue = wideCatalogue(1100);
  stops.push(async () => catalogue[Symbol.dispose]());
  const env = { CATALOGUE_FILE: catalogue.file };
  const server = await startOurs(await install(await database.createDatabase('rolecall_away'), env), env);
  stops.push(() => server.stop());
  const offline = await measureOffline(server, catalogue.ids, plan.rounds);
  const returns = await measureReturns(server, catalogue.ids);
  await server.stop();
  return { offline, returns };
}

async function measureBothPages(
  database: BenchPostgres,
  installation: Awaited<ReturnType<typeof install>>,
  cloud: Catalogue,
  stops: (() => Promise<unknown>)[]
): Promise<Results['pages']> {
  say('pages in a browser, catalogue as shipped');
  const small = await startOurs(installation);
  stops.push(() => small.stop());
  const shippedPages = await measurePages(installation, installation.roleId);
  await small.stop();

  say('pages in a browser, catalogue of a public cloud');
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-catalogue-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'catalogue.json');
  await writeFile(file, JSON.stringify(cloud));
  const env = { CATALOGUE_FILE: file };
  const big = await install(await database.createDatabase('rolecall_cloud'), env);
  const server = await startOurs(big, env);
  stops.push(() => server.stop());
  const cloudPages = await measurePages(big, 'cloud_operator');
  await server.stop();
  return { shipped: shippedPages, cloud: cloudPages };
}

function say(what: string): void {
  process.stderr.write(`${what} …\n`);
}
