import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../../ws-server/connection';
import { Rooms } from '../../ws-server/rooms';
import type { Room } from '../../ws-server/room';
import type { DocumentName } from '../../src/lib/protocol/documents';
import type { Database } from '../../src/lib/server/db/driver/client';
import { BLOCK_SIZE } from '../../src/lib/core/log/log-tokens';
import { CHANNEL } from '../../src/lib/server/db/driver/notify';
import { NO_LOG_KEYS } from '../../src/lib/server/auth/log-key';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import {
  nobodyListens,
  type ChangeListener
} from '../../src/lib/server/services/log/sequencer/change-listener';
import {
  startSequencer,
  type Sequencer,
  type SequencerOptions
} from '../../src/lib/server/services/log/sequencer/sequencer';
import { DocumentStore } from '../../src/lib/server/services/log/sequencer/document-store';
import { indexLog } from '../../src/lib/server/services/log/sequencer/index-log';
import { sequenceBatch } from '../../src/lib/server/services/log/sequencer/sequence-batch';
import { SignedMemory } from '../../src/lib/server/services/log/sequencer/signed-memory';
import type { Deps } from '../../src/lib/server/services/write-path/deps';
import { startTestConsole } from '../support/console';
import { createDatabase, type TestDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';

// One process, as far as documents go: it numbers entries, and has rooms in which documents are read.

const ROLE: DocumentName = 'role:analyst';

let database: TestDatabase;
let state: StateProbe;
let open: OpenConsole;
let counted: { deps: Deps; reads(): number; runs(): number };

beforeAll(async () => {
  database = await createDatabase();
  // It makes the tables and the roles, and leaves.
  const app = await startTestConsole({ databaseUrl: database.url });
  await app.stop();
  state = openState(database.url);
  open = await openUseCases(database.url);
});
afterAll(async () => {
  await open.handle.close();
  await state.close();
  await database.drop();
});

/** The same database, with a count of what is asked of it outside of transactions, and of these. */
function counting(deps: Deps) {
  let reads = 0;
  let runs = 0;
  const db = new Proxy(deps.db, {
    get(target, key) {
      // A query that was built once asks for the connection itself.
      if (key === 'select' || key === 'execute' || key === '_') reads += 1;
      if (key === 'transaction') runs += 1;
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    }
  }) as Database;
  return { deps: { ...deps, db }, reads: () => reads, runs: () => runs };
}

beforeEach(() => {
  counted = counting(open.deps);
});

const sequenced = (options: Partial<SequencerOptions> = {}): Promise<Sequencer> =>
  startSequencer(counted.deps, open.handle, {
    logOrigin: open.installation.logOrigin,
    keys: NO_LOG_KEYS,
    ...options
  });

const MAYA = { kind: 'administrator', id: 'maya' } as const;
const READER = { ...MAYA, shown: MAYA, visitor: null };

/** A room with one reader, who keeps what it is sent. */
async function readIn(rooms: Rooms): Promise<{ room: Room; frames: Uint8Array[] }> {
  const room = await rooms.open(ROLE, READER);
  expect(room.exists).toBe(true);
  const frames: Uint8Array[] = [];
  const reader: Pick<Connection, 'sendUpdate'> = {
    sendUpdate: ({ frame }) => void frames.push(frame)
  };
  room.connections.add(reader as Connection);
  return { room, frames };
}

const roomsOf = (deps: Deps) => new Rooms(deps, { announce: () => undefined, ask: () => undefined });

let ticks = 0;
const tick = () =>
  state.audited(
    async (tx) => {
      const [row] = await tx<{ seq: number }[]>`
      update roles set description = ${`Tick ${++ticks}`}, seq = seq + 1 where id = 'analyst' returning seq::int`;
      return row!.seq;
    },
    ['role:analyst']
  );

const storedClock = async () =>
  (await state.sql<{ clock: number }[]>`select clock::int from documents where name = ${ROLE}`)[0]!.clock;

test('[LIV-1] what a process commits is shown in its rooms, and not read back', async () => {
  const counter = counting(open.deps);
  const rooms = roomsOf(counter.deps);
  const sequencer = await sequenced({ onChange: (changes) => rooms.expect(changes) });
  const heard: string[] = [];
  const subscription = await open.handle.driver.listen(CHANNEL.documents, (notice) => {
    if (notice.startsWith(`${ROLE} `)) heard.push(notice);
  });
  try {
    const { room, frames } = await readIn(rooms);
    const before = counter.reads();
    const clockBefore = room.clock;
    for (let n = 1; n <= 10; n++) {
      await tick();
      await until(() => frames.length === n && heard.length === n, `tick ${n} was shown`);
      await rooms.hear(heard.at(-1)!);
    }
    expect(room.clock).toBe(await storedClock());
    expect(room.clock).toBeGreaterThan(clockBefore);
    expect(heard.at(-1)).toBe(`${ROLE} ${room.clock}`);
    expect(counter.reads()).toBe(before);
    // What another process writes is told in the same way, and read.
    await rooms.hear(`${ROLE} ${room.clock + 1}`);
    expect(counter.reads()).toBe(before + 1);
    expect(frames).toHaveLength(10);
  } finally {
    await subscription.unlisten();
    await sequencer.stop();
  }
});

test('[LIV-1] a room that is not where a change begins asks the database', async () => {
  let onChange: ChangeListener = nobodyListens;
  const sequencer = await sequenced({ onChange: (changes) => onChange(changes) });
  try {
    const counter = counting(open.deps);
    const rooms = roomsOf(counter.deps);
    const { room, frames } = await readIn(rooms);
    // This one is told of nothing: no notification came.
    await tick();
    await state.settled();
    expect(frames).toHaveLength(0);
    onChange = (changes) => rooms.expect(changes);
    const before = counter.reads();
    await tick();
    await until(() => frames.length > 1, 'both ticks are there');
    expect(counter.reads()).toBeGreaterThan(before);
    await until(async () => room.clock === (await storedClock()), 'nothing is missing');
  } finally {
    await sequencer.stop();
  }
});

test('[LIV-1] of a change that is being committed the database may tell first; it is read when the commit fails', async () => {
  const sequencer = await sequenced();
  try {
    const counter = counting(open.deps);
    const rooms = roomsOf(counter.deps);
    const { room, frames } = await readIn(rooms);
    const change = { name: ROLE, before: room.clock, clock: room.clock + 1, data: new Uint8Array() };
    const before = counter.reads();
    const settle = rooms.expect([change]);
    await rooms.hear(`${ROLE} ${change.clock}`);
    expect(counter.reads()).toBe(before);
    // What another process commits after it is not ours.
    await rooms.hear(`${ROLE} ${change.clock + 1}`);
    expect(counter.reads()).toBe(before + 1);
    settle(false);
    await until(() => counter.reads() === before + 2, 'it is read');
    await room.follow();
    expect(frames).toHaveLength(0);
  } finally {
    await sequencer.stop();
  }
});

test('[LIV-1] a change that nobody told of is found by the look around, which asks for open documents alone', async () => {
  const sequencer = await sequenced();
  try {
    const counter = counting(open.deps);
    const rooms = roomsOf(counter.deps);
    await rooms.lookAround();
    expect(counter.reads()).toBe(0);
    const { room, frames } = await readIn(rooms);
    await tick();
    await state.settled();
    expect(frames).toHaveLength(0);
    await rooms.lookAround();
    await until(() => frames.length === 1, 'it was found');
    expect(room.clock).toBe(await storedClock());
    const before = counter.reads();
    await rooms.lookAround();
    expect(counter.reads()).toBe(before + 1);
  } finally {
    await sequencer.stop();
  }
});

test('[LIV-1] a document that is taken away is followed, and its room ends', async () => {
  const rooms = roomsOf(open.deps);
  const sequencer = await sequenced();
  const room = await rooms.open(ROLE, READER);
  await sequencer.stop();
  expect(room.exists).toBe(true);
  await state.audited(async (tx) => {
    await tx`delete from document_updates where name = ${ROLE}`;
    await tx`delete from documents where name = ${ROLE}`;
  });
  await rooms.hear(ROLE);
  expect(room.exists).toBe(false);
});

test('[LOG-6] a tick wakes the sequencer once', async () => {
  const sequencer = await sequenced();
  try {
    await tick();
    await state.settled();
    const since = Date.now();
    const before = counted.runs();
    const ofTicks = 20;
    for (let n = 0; n < ofTicks; n++) {
      await tick();
      await state.settled();
    }
    // Beside the ticks it looks once a second, and makes a block that became full; and whoever has to wait for the
    // lock of the end of a run looks again.
    const bySecond = Math.ceil((Date.now() - since) / 1000) + 1;
    expect(counted.runs() - before).toBeLessThanOrEqual(ofTicks + bySecond + 1);
  } finally {
    await sequencer.stop();
  }
});

test('[LOG-4] an entry has what it is found by when it is shown; the block that it fills follows', async () => {
  const index = async () => {
    const [row] = await state.sql<{ head: number; facts: number; blocks: number }[]>`select
      (select max(seq)::int from audit.seq) as head, (select max(seq)::int from audit.fact) as facts,
      (select count(*)::int from audit.block) as blocks`;
    return row!;
  };
  for (let n = 0; n <= BLOCK_SIZE; n++) await tick();
  const before = await index();
  const sequencing = {
    logOrigin: open.installation.logOrigin,
    keys: NO_LOG_KEYS,
    memory: new SignedMemory()
  };
  const done = await sequenceBatch(open.deps, new DocumentStore(), sequencing, false);
  expect(done).toMatchObject({ numbered: BLOCK_SIZE + 1, toIndex: true });
  const shown = await index();
  expect([shown.facts, shown.blocks]).toEqual([shown.head, before.blocks]);
  expect(await indexLog(open.deps)).toBe(false);
  const after = await index();
  expect([after.facts, after.blocks]).toEqual([shown.head, Math.floor((shown.head + 1) / BLOCK_SIZE)]);
  expect(after.blocks).toBeGreaterThan(before.blocks);
  expect(await sequenceBatch(open.deps, new DocumentStore(), sequencing, false)).toMatchObject({
    toIndex: false
  });
});

test('as many documents as people change at once are read once', async () => {
  const store = new DocumentStore();
  const names = Array.from({ length: 200 }, (_, n) => `role:none-${n}`);
  const opened = [];
  for (const name of names) opened.push(await store.open(open.deps.db, name));
  for (const [n, name] of names.entries()) expect(await store.open(open.deps.db, name)).toBe(opened[n]);
  // Nothing of them is stored.
  await store.look(open.deps.db);
  expect(await store.open(open.deps.db, names[0]!)).not.toBe(opened[0]);
});
