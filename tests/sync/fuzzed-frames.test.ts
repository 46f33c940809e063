import { monitorEventLoopDelay } from 'node:perf_hooks';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { BadFrame, readFrame } from '../../ws-server/frames';
import { seeded } from '../faults/random';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { fuzzedFacts, mutate, SEED } from '../support/fuzz';
import { frame, openRaw, presence, STEP_1, type RawSocket } from '../support/raw-socket';
import { trials } from '../support/trials';

const FRAMES = 50_000;
/** No single step of ours may hold the loop longer; the loop of a machine that others use may stall by itself. */
const STALL_MS = trials(1000, 50);

let app: TestConsole;
let sql: postgres.Sql;
let reader: ApiClient;
beforeAll(async () => {
  process.stdout.write(`FUZZ_SEED=${SEED}\n`);
  // The gate's and the sockets' limits per address are not what is tested here.
  app = await startTestConsole();
  sql = postgres(app.databaseUrl, { max: 1, onnotice: () => undefined });
  reader = (await app.person('Fuzzing Person', 'admin')).client;
});
afterAll(async () => {
  await sql.end();
  await app.stop();
});

const corpus = (): Uint8Array[] => {
  const doc = new Y.Doc();
  doc.getMap('permissions').set('audience.contacts.query_raw', { on: true, by: 'x', at: '' });
  const update = Y.encodeStateAsUpdate(doc);
  return [
    STEP_1,
    frame(0, 0, Y.encodeStateVector(doc)),
    frame(0, 0, frame(1, 1, 3)),
    frame(0, 1, update),
    frame(0, 2, update),
    frame(3),
    presence(4711, 1, { at: 'audience.contacts' }),
    frame(1, frame(1, 4711, 2, 'null')),
    frame(1, frame(0))
  ];
};

test('[ACC-6] 50,000 mutated frames: each is read or refused, at once', () => {
  const random = seeded(SEED);
  const valid = corpus();
  let longest = 0;
  for (let n = 0; n < FRAMES; n++) {
    const data = mutate(random, valid);
    const [began, worked] = [performance.now(), process.cpuUsage()];
    try {
      readFrame(data);
    } catch (error) {
      if (!(error instanceof BadFrame))
        throw new Error(`FUZZ_SEED=${SEED}: ${Buffer.from(data).toString('hex')}`, { cause: error });
    }
    // While a process waits for the processor it holds nothing up.
    const { user, system } = process.cpuUsage(worked);
    longest = Math.max(longest, Math.min(performance.now() - began, (user + system) / 1000));
  }
  expect(longest, `FUZZ_SEED=${SEED}`).toBeLessThan(STALL_MS);
});

test('[ACC-6] 50,000 mutated frames over real sockets change nothing and stall nobody', async () => {
  const random = seeded(SEED + 1);
  const valid = corpus();
  const before = await fuzzedFacts(sql);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let sent = 0;
  let bursts = 0;
  const deadline = performance.now() + 150_000;
  const attack = async () => {
    while (sent < FRAMES && performance.now() < deadline) {
      let socket: RawSocket;
      try {
        socket = await openRaw(reader, random.pick(['roles', 'role:support', 'people']));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100)); // too many upgrades from one address: wait
        continue;
      }
      bursts += 1;
      // As much as the rate allows; whatever follows a fault is dropped, and must do no harm either.
      for (let n = 0; n < 120; n++, sent++) socket.send(mutate(random, valid));
      await Promise.race([socket.closed, new Promise((resolve) => setTimeout(resolve, 1000))]);
      socket[Symbol.dispose]();
    }
  };
  await Promise.all(Array.from({ length: 8 }, attack));
  delay.disable();
  expect(sent, `frames sent in ${bursts} connections`).toBeGreaterThanOrEqual(FRAMES);
  // Both ends and the database's client share this loop and this machine: 99 % of the time is what can be held here.
  expect(delay.percentile(99) / 1e6, `FUZZ_SEED=${SEED}`).toBeLessThan(STALL_MS);
  expect(await fuzzedFacts(sql)).toEqual(before);
  expect((await fetch(`${app.origin}/readyz`)).status).toBe(200);
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
