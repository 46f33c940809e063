import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnv } from '../../src/lib/server/env';
import { startSequencer } from '../../src/lib/server/services/log/sequencer/sequencer';
import { startSyslog } from '../../src/lib/server/services/log/syslog/stream-log';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';
import { openLogKeys } from '../../src/lib/server/auth/log-key';
import { collectorAddress } from '../../src/programs/collector-address';
import { appProcess, type App } from '../faults/app-process';
import { selfSigned } from '../support/certificate';
import { startCollector, type TestCollector } from '../support/collector';
import { freePort, LOG_KEYS } from '../support/console';
import { createDatabase, type TestDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { appendEntry, declareAudited, openState, signed, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));
const KEYS = `00000001:${Buffer.alloc(32, 7).toString('base64')}`;

let folder: string;
let database: TestDatabase;
let state: StateProbe;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-syslog-'));
  database = await createDatabase();
  await migrateDatabase(database.url, MIGRATIONS);
  state = openState(database.url);
});
afterAll(async () => {
  await state.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function happen(entries: number): Promise<void> {
  await state.sql.begin(async (tx) => {
    await declareAudited(tx);
    for (let n = 0; n < entries; n++) await appendEntry(tx);
  });
}

/** An entry that says of itself that it is old. */
async function happenLongAgo(): Promise<void> {
  await state.sql.begin(async (tx) => {
    await declareAudited(tx);
    await tx`select audit.append(id, convert_to(jsonb_build_object('v', 1, 'id', id, 'at', '2026-01-01T00:00:00.000000Z',
        'action', 'test.done', 'outcome', 'success', 'actor', jsonb_build_object('type', 'system', 'id', null, 'name', 'Test'),
        'target', jsonb_build_object('type', 'test', 'id', 'test', 'name', null), 'change', jsonb_build_array())::text, 'UTF8'),
      decode(repeat('00', 16), 'hex'), ''::bytea, '{}') from (select gen_random_uuid() as id) new`;
  });
}

/** Every number from 1 to the last one, in order. */
const complete = (collector: TestCollector, size: number) =>
  JSON.stringify(collector.numbers()) === JSON.stringify(Array.from({ length: size }, (_, n) => n + 1));

/** Numbers and signs everything with the part of a process that the stream needs, without the rest of it. */
async function numberEverything(): Promise<{ size: number }> {
  const logKeys = await openLogKeys({ file: '', env: LOG_KEYS });
  const { deps, handle, installation } = await openUseCases(database.url, logKeys);
  const sequencer = await startSequencer(deps, handle, { logOrigin: installation.logOrigin, keys: logKeys });
  const size = await signed(state);
  await sequencer.stop();
  await handle.close();
  return { size };
}

test('[L-15] a collector gets every entry in order over TLS; hung, killed and revived it misses none', async () => {
  const { cert, key } = selfSigned();
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, cert);
  const collector = await startCollector({ cert, key });
  const env = readEnv({ SYSLOG_URL: `tls://localhost:${collector.port}`, SYSLOG_CA: ca });
  const address = (await collectorAddress(env))!;
  const { deps: quiet, handle } = await openUseCases(database.url);
  let warnings = 0;
  const deps = { ...quiet, log: { ...quiet.log, warn: () => void (warnings += 1) } };
  let stream = startSyslog(deps, address);
  try {
    let { size } = await numberEverything();
    await until(() => complete(collector, size), 'the beginning');

    // It takes what comes and reads nothing of it: nothing is confirmed.
    collector.hang();
    await happen(30);
    ({ size } = await numberEverything());
    await until(() => warnings > 0, 'the warning');
    await collector.kill();
    await collector.revive();
    await until(() => complete(collector, size), 'what it had not read');

    // Killed while it is being told: what it had not confirmed comes again.
    await happen(300);
    ({ size } = await numberEverything());
    await until(() => collector.messages.length > size - 300, 'some of it');
    await collector.kill();
    await happen(50);
    ({ size } = await numberEverything());
    await collector.revive();
    await until(() => complete(collector, size), 'all of it');

    // Confirmed is what it read: stopped and started, the stream goes on there.
    await until(async () => {
      const [row] = await state.sql<
        { size: number }[]
      >`select size::int from audit.witness where name = ${stream.name}`;
      return row?.size === size;
    }, 'the confirmation');
    await stream.stop();
    const before = collector.messages.length;
    await happen(20);
    ({ size } = await numberEverything());
    stream = startSyslog(deps, address);
    // A second process has nothing to do.
    const other = startSyslog(deps, address);
    await until(() => complete(collector, size), 'what came meanwhile');
    await other.stop();
    await stream.stop();
    expect(collector.messages.length).toBe(before + 20);
    for (const message of collector.messages.slice(-20))
      expect(message).toMatch(
        /^<110>1 \S+ localhost rolecall - test\.done \[rolecall@32473 seq="\d+" .*\] \uFEFFTest: /
      );
  } finally {
    await stream.stop();
    await handle.close();
    await collector.kill();
  }
});

test('[L-15] a collector that nobody vouches for is told nothing', async () => {
  const collector = await startCollector(selfSigned());
  const { deps, handle } = await openUseCases(database.url);
  const warned: unknown[] = [];
  const told = { ...deps, log: { ...deps.log, warn: (fields: object) => void warned.push(fields) } };
  const stream = startSyslog(told, { secure: true, host: 'localhost', port: collector.port });
  await until(() => warned.length > 0, 'the warning');
  await stream.stop();
  expect(collector.messages).toEqual([]);
  await handle.close();
  await collector.kill();
});

test('[L-15] the sender is killed: the next one goes on, and nothing is missing', async () => {
  const collector = await startCollector();
  const metrics = async (app: App) => (await fetch(`${app.origin}/metrics`)).text();
  const app = appProcess(await freePort(), {
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ENCRYPTION_KEYS: KEYS,
    LOG_SIGNING_KEYS: LOG_KEYS,
    LOG_CHECKPOINTS: 'none',
    SYSLOG_URL: `tcp://127.0.0.1:${collector.port}`
  });
  try {
    await app.start();
    await happen(400);
    await until(() => collector.numbers().length > 20, 'some of it');
    await app.kill();
    await happen(10);
    await app.start();
    const size = await signed(state);
    await until(() => complete(collector, size), 60_000, 'all of it');
    await until(
      async () => / *rolecall_syslog_waiting 0\n/.test(await metrics(app)),
      'nothing waits for the collector'
    );
    // The database answers the probe within half a second, or it is not ready: a busy machine is asked again.
    const ready = async () => {
      const response = await fetch(`${app.origin}/readyz`);
      return [response.status, await response.text()];
    };
    await expect.poll(ready).toEqual([200, 'ok\n']);

    // A collector that is away holds nothing up, and the process says so.
    await collector.kill();
    await happenLongAgo();
    await signed(state);
    await until(async () => /rolecall_syslog_waiting [1-9]/.test(await metrics(app)), 'the lag');
    await expect.poll(ready).toEqual([200, 'ok\nsyslog behind\n']);
  } finally {
    await app.stop();
  }
});
