import { createHmac } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCheckpointFile } from '../../src/lib/server/services/log/upkeep/witness-file';
import { PASSWORD, SETUP_TOKEN, startTestConsole } from '../support/console';
import { copyDatabase, createDatabase, replaceDatabase, type TestDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { openState, signed, type StateProbe } from '../support/state';
import { openUseCases, QUIET } from '../support/use-cases';
import { logVerify } from '../support/verifiers';

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

type Told = { headers: IncomingHttpHeaders; body: string };

let folder: string;
let database: TestDatabase;
let witness: Server;
const told: Told[] = [];
/** Statuses that the witness answers next; 200 when there is nothing left. */
const answers: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-witness-'));
  database = await createDatabase();
  witness = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  witness.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const file = () => join(folder, 'log', 'checkpoints.log');
const start = () =>
  startTestConsole({
    databaseUrl: database.url,
    env: {
      LOG_CHECKPOINTS: file(),
      LOG_WEBHOOK_URL: `http://127.0.0.1:${(witness.address() as AddressInfo).port}/log`,
      LOG_WEBHOOK_SECRET: SECRET
    }
  });

type Line = { note?: string; lost?: number; size?: number };
async function lines(): Promise<Line[]> {
  const text = await readFile(file(), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}
const sizesOf = (all: Line[]) => all.flatMap(({ note }) => (note ? [Number(note.split('\n')[1])] : []));
/** Waits until the file ends with the last checkpoint. */
async function written(state: StateProbe): Promise<number[]> {
  const size = await signed(state);
  await until(async () => sizesOf(await lines()).at(-1) === size, 'the file is up to date');
  return sizesOf(await lines());
}

test('[LOG-6] every checkpoint is in the file once, through crashes in the middle of a line', async () => {
  const app = await start();
  const state = openState(database.url);
  await app.owner.call('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
  await app.owner.call('roles.create', { name: 'One' });
  const before = await written(state);
  await app.stop();
  // A crash half-way through a line, and the entries of a process that had no file.
  await appendFile(file(), '{"at":"2026-11-22T05:00');
  const other = await startTestConsole({ databaseUrl: database.url });
  other.owner.cookie = app.owner.cookie;
  await other.owner.call('roles.create', { name: 'Two' });
  await signed(state);
  await other.stop();

  const [again, twin] = [await start(), await start()];
  again.owner.cookie = app.owner.cookie;
  await again.owner.call('roles.create', { name: 'Three' });
  const after = await written(state);
  expect(after.slice(0, before.length)).toEqual(before);
  const stored = await state.sql<{ size: number }[]>`select size::int from audit.checkpoint order by size`;
  expect(after).toEqual(stored.map(({ size }) => size));
  await twin.stop();
  await again.stop();

  const note = join(folder, 'old.note');
  await appendFile(note, (await lines()).at(-1)!.note!);
  expect(logVerify('--database-url', database.url, '--note', note).code).toBe(0);
  await state.close();
});

test('[LOG-6] a witness on the web is told, signed, and told again until it answers', async () => {
  await until(() => told.length > 0, 'the first call');
  const { headers, body } = told.at(-1)!;
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
  const key = Buffer.from(SECRET.slice(6), 'base64');
  expect(signature).toBe(
    `v1,${createHmac('sha256', key)
      .update(`${String(id)}.${String(time)}.${body}`)
      .digest('base64')}`
  );
  expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(120);
  const { type, data } = JSON.parse(body) as { type: string; data: { size: number; note: string } };
  expect([type, Number(data.note.split('\n')[1])]).toEqual(['log.checkpoint', data.size]);

  const state = openState(database.url);
  const app = await start();
  const before = told.length;
  answers.push(500, 503);
  await state.audited(async () => undefined);
  // Numbering and signing do not wait for it.
  const size = await signed(state);
  const tries = () => told.slice(before).map((each) => JSON.parse(each.body) as { data: { size: number } });
  await until(() => tries().length >= 3 && tries().at(-1)!.data.size >= size, 'the third try');
  expect(new Set(told.slice(before).map((each) => each.headers['webhook-id'])).size).toBeLessThanOrEqual(2);
  await app.stop();
  await state.close();
});

test('[LOG-6] a database that was taken back is known by the file', async () => {
  const backup = await copyDatabase(database.url);
  let state = openState(database.url);
  let app = await start();
  await state.audited(async () => undefined);
  const lost = (await written(state)).at(-1)!;
  await app.stop();
  await state.close();

  await replaceDatabase(database.url, backup);
  state = openState(database.url);
  app = await start();
  await until(async () => (await state.entries('audit.inconsistent')) > 0, 'the event');
  // The file is told after the log: the event must not be lost with a process that breaks off in between.
  await until(async () => (await lines()).some((line) => line.lost !== undefined), 'the line');
  const told = await lines();
  expect(told.find((line) => line.lost !== undefined)).toMatchObject({ lost });
  // What was written stays written, and the record goes on.
  expect(sizesOf(told)).toContain(lost);
  await written(state);
  expect(await state.entries('audit.inconsistent')).toBe(1);
  await app.stop();
  await state.close();
  await backup.drop();
});

test('[LOG-6] a log that was taken back and grew to the same size again is known by the file', async () => {
  const backup = await copyDatabase(database.url);
  let state = openState(database.url);
  let app = await start();
  await state.audited(async () => undefined);
  const lost = (await written(state)).at(-1)!;
  const before = (await lines()).filter((line) => line.lost !== undefined).length;
  await app.stop();
  await state.close();

  await replaceDatabase(database.url, backup);
  state = openState(database.url);
  // A process without the file, until the other log has as many entries.
  const other = await startTestConsole({ databaseUrl: database.url });
  await state.audited(async () => undefined);
  expect(await signed(state)).toBe(lost);
  await other.stop();
  app = await start();
  await until(
    async () => (await lines()).filter((line) => line.lost !== undefined).length > before,
    'the line'
  );
  await app.stop();
  await state.close();
  await backup.drop();
});

test('[LOG-6] what the file knows becomes an event, although the process broke off in between', async () => {
  const backup = await copyDatabase(database.url);
  let state = openState(database.url);
  const app = await start();
  await state.audited(async () => undefined);
  await written(state);
  await app.stop();
  await state.close();

  await replaceDatabase(database.url, backup);
  state = openState(database.url);
  const before = await state.entries('audit.inconsistent');
  const open = await openUseCases(database.url);
  const { db } = open.deps;
  const transaction = db.transaction.bind(db);
  db.transaction = () => Promise.reject(new Error('broken off'));
  let tries = 0;
  const deps = { ...open.deps, log: { ...QUIET, warn: () => void (tries += 1) } };
  const loop = startCheckpointFile(deps, file(), open.installation.logOrigin);
  await until(() => tries > 0, 'the first try');
  expect(await state.entries('audit.inconsistent')).toBe(before);
  db.transaction = transaction;
  await until(async () => (await state.entries('audit.inconsistent')) > before, 'the event');
  await loop.stop();
  await open.handle.close();
  expect(await state.entries('audit.inconsistent')).toBe(before + 1);
  await state.close();
  await backup.drop();
});
