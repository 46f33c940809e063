import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantApplication } from '../support/applications';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [QUO-5] The Haraka plugin as others get it, packed, on a real console. `npm run test:mail` tries it in a real
// Haraka; here its hooks are called as Haraka calls them.

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL('../../packages/haraka', import.meta.url));
const [DENY, DENYSOFT, DISCONNECTING] = [902, 903, 99];

type Told = { code?: number; text?: string };
type Hook = (next: (code?: number, text?: string) => void, connection: object, params?: unknown) => void;
type Plugin = Record<string, Hook> & { register: () => void; shutdown: () => void };

let app: TestConsole;
let state: StateProbe;
let folder: string;
let plugin: Plugin;
let person: TestPerson;
let messages = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-haraka-'));
  await run('npm', ['pack', '--pack-destination', folder, '--silent'], { cwd: PACKAGE });
  await run('tar', ['xzf', 'haraka-plugin-rolecall-0.1.0.tgz'], { cwd: folder });
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  person = await app.person('Olga Petrova', 'support');
  const permissions = ['quotas.ledger.consume', 'quotas.ledger.view_usage'];
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Mail servers', permissions });
  const { key } = await plantApplication(state, { roleId: role.id });
  const known = async () =>
    (
      await askEndpoint(app.origin, '/caps/v1/peek', {
        key,
        body: { subject: { type: 'administrator', id: 'x' } }
      })
    ).status === 200;
  await until(known, 'the key works');
  // Haraka requires it, and calls what it exports with itself.
  plugin = createRequire(import.meta.url)(join(folder, 'package')) as Plugin;
  const main = { url: app.origin, key, name: 'mx1', state_dir: join(folder, 'state'), timeout_ms: '5000' };
  const haraka = {
    config: { get: () => ({ main }) },
    register_hook: () => undefined,
    logwarn: () => undefined
  };
  plugin.register.call(haraka);
});
afterAll(async () => {
  plugin.shutdown();
  await state.close();
  await app.stop();
  await rm(folder, { recursive: true });
});

const limit = (daily: number) =>
  app.owner.call('administrators.update', { id: person.id, seen: 1e6, caps: { daily } });
const counted = async () => {
  const [row] = await state.sql<{ used: number; held: number }[]>`
    select day_used::int as used, day_held::int as held
    from ledger_accounts where account = ${`administrator:${person.id}`}`;
  return row ?? { used: 0, held: 0 };
};

/** A client with a message of so many recipients. */
function client(recipients: number, login: string | null = person.email) {
  const results = new Map<string, object>();
  const transaction = { uuid: `T${++messages}.1`, rcpt_to: Array(recipients).fill('r'), notes: {}, results };
  return { state: 3, notes: login === null ? {} : { auth_user: login }, transaction };
}
type Client = ReturnType<typeof client>;

async function call(hook: string, connection: Client, params?: unknown): Promise<Told> {
  const answered = new EventEmitter();
  const first = once(answered, 'told') as Promise<[Told]>;
  plugin[hook]!((code, text) => answered.emit('told', { code, text }), connection, params);
  return (await first)[0];
}

async function queue(connection: Client): Promise<Told> {
  const told = await call('reserve', connection);
  if (told.code !== undefined) return told;
  for (const hook of ['toQueues', 'toHaraka']) await call(hook, connection);
  return told;
}

test('[QUO-4] reserved at the end of a message, counted when it is queued, given back when it is not', async () => {
  await limit(10);
  const [sent, refused, denied, gone] = [client(4), client(3), client(2), client(1)];
  for (const each of [sent, refused, denied]) expect(await queue(each)).toEqual({});
  expect((await queue(gone)).code).toBeUndefined();
  // All of it counts while nobody knows.
  expect(await queue(client(1))).toMatchObject({
    code: DENYSOFT,
    text: expect.stringMatching(/^4\.7\.1 Daily limit 10 of olga\.petrova@.* is reached, free again/)
  });
  await call('queued', sent);
  await call('reset', sent);
  await call('reset', refused);
  await call('denied', denied, [DENY, 'no', 'queue/x', 'hook_queue', null, 'queue_outbound']);
  await call('reset', denied);
  // Its client is gone; the queue has it.
  gone.state = DISCONNECTING;
  await call('reset', gone);
  gone.transaction.results.set('outbound', { pass: ['queued'], err: [] });
  const isSettled = async () => {
    const { used, held } = await counted();
    return used === 5 && held === 0;
  };
  await until(isSettled, 'settled');
  // Forgotten when it was answered: a moment after it is counted.
  await until(async () => (await readdir(join(folder, 'state'))).length === 0, 'nothing is kept');
});

test('[QUO-5] who may not send is refused at the first recipient; who did not sign in is not touched', async () => {
  await app.owner.call('administrators.suspend', { id: person.id });
  const suspended = client(1);
  expect(await call('look', suspended)).toMatchObject({
    code: DENY,
    text: expect.stringMatching(/suspended/)
  });
  expect(await call('reserve', suspended)).toMatchObject({ code: DENY });
  for (const hook of ['look', 'reserve', 'toQueues', 'toHaraka', 'queued', 'reset'])
    expect(await call(hook, client(1, null)), hook).toEqual({});
  await app.owner.call('administrators.reactivate', { id: person.id });
});

test('[QUO-5] Rolecall away: refused for now; what was queued before is counted when it is back', async () => {
  await limit(100);
  const before = await counted();
  const sent = client(7);
  await queue(sent);
  await app.pause();
  await call('queued', sent);
  expect(await call('reserve', client(1))).toEqual({
    code: DENYSOFT,
    text: '4.3.0 Caps cannot be checked, try again'
  });
  expect(await readdir(join(folder, 'state'))).toHaveLength(1);
  await app.resume();
  const isCounted = async () => (await readdir(join(folder, 'state'))).length === 0;
  await until(isCounted, 'counted');
  expect(await counted()).toEqual({ used: before.used + 7, held: 0 });
});
