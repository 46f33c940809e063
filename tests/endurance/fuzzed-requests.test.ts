import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seeded } from '../faults/random';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { fuzzedFacts, mutate, SEED } from '../support/fuzz';
import { send } from '../support/http-request';

const REQUESTS = 20_000;

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

test('[ACC-6] 20,000 mutated requests: no answer of 500 or more, nothing changed', async () => {
  const random = seeded(SEED + 2);
  const before = await fuzzedFacts(sql);
  const bodies = [
    JSON.stringify({
      op: '5b3f10e5-aa2e-44f2-a955-7047890d93cf',
      id: 'no_such_role',
      seen: 1,
      grant: ['audience.contacts.query_raw']
    }),
    JSON.stringify({ op: 'x', name: 'y', permissions: [] }),
    '{"op":null}',
    '[]',
    '{"__proto__":{"polluted":true}}',
    `${'['.repeat(2000)}${']'.repeat(2000)}`
  ];
  const paths = [
    'roles.edit',
    'roles.create',
    'roles.delete',
    'roles.list',
    'roles.get',
    'me.get',
    'log.list',
    'nothing.here',
    'auth.signOut,me.get',
    '%',
    'roles.edit?batch=1'
  ];
  const text = (value: string) => {
    const mutated = mutate(random, [Buffer.from(value)]);
    return Buffer.from(mutated).toString(random.chance(0.5) ? 'latin1' : 'utf8');
  };
  const header = (value: string) => text(value).replace(/[^\t\x20-\x7e\x80-\xff]/g, '');
  const statuses = new Map<number, number>();
  const ask = async () => {
    const post = random.chance(0.7);
    const broken = random.chance(0.5);
    // A whole session only with a broken body: what is valid in all its parts would rightly be done.
    const cookie = broken ? header(reader.cookie) : reader.cookie;
    const { status } = await send(
      `${app.origin}/trpc/${random.chance(0.9) ? random.pick(paths) : encodeURI(text('roles.edit').toWellFormed())}`,
      {
        method: post ? 'POST' : 'GET',
        headers: {
          cookie,
          origin: random.chance(0.9) ? app.origin : header(app.origin),
          'content-type': random.chance(0.9) ? 'application/json' : header('application/json'),
          'x-forwarded-for': header('127.0.0.1'),
          'user-agent': header('Mozilla/5.0')
        },
        ...(post ? { body: text(random.pick(bodies)) } : {})
      }
    );
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  let left = REQUESTS;
  const worker = async () => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: 12 }, worker));
  const done = [...statuses.values()].reduce((a, b) => a + b, 0);
  process.stdout.write(`${done} requests: ${JSON.stringify(Object.fromEntries(statuses))}\n`);
  expect(
    [...statuses.keys()].filter((status) => status >= 500),
    `FUZZ_SEED=${SEED}`
  ).toEqual([]);
  expect(await fuzzedFacts(sql)).toEqual(before);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  expect(done).toBeGreaterThanOrEqual(REQUESTS);
});
