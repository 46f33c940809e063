import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openKeyring } from '../../src/lib/server/auth/keyring';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { openConsole } from '../../src/lib/server/services/installation/open-console';
import { NO_LOG_KEYS } from '../../src/lib/server/auth/log-key';
import { deliverOne } from '../../src/lib/server/services/webhook/deliver';
import { post } from '../../src/lib/server/services/webhook/post';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { QUIET } from '../support/use-cases';
import { within } from '../support/trials';

// [QUO-9] Cap alerts are posted to a web address, signed as Standard Webhooks; whoever receives them verifies with
// that library.

type Received = { headers: Record<string, string>; body: string };
/** Receiver of alerts, which answers as it is told. */
type Receiver = {
  url: string;
  received: Received[];
  answer: (response: ServerResponse) => void;
  server: Server;
};

let app: TestConsole;
let state: StateProbe;
/** The same use cases without the loop that posts: each try is made by the test. */
let here: OpenConsole;
let receiver: Receiver;
let secret: string;
const LOOPBACK = { allowLoopback: true };
const KEYS = `00000001:${Buffer.alloc(32, 7).toString('base64')}`;

async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      made.answer(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const made: Receiver = {
    ...{ url: `http://127.0.0.1:${port}/alerts?token=hidden`, received, server },
    answer: (response) => void response.writeHead(204).end()
  };
  return made;
}

beforeAll(async () => {
  receiver = await startReceiver();
  app = await startTestConsole({ env: { WEBHOOK_LOOPBACK: 'allow' } });
  state = openState(app.databaseUrl);
  here = await openConsole({
    ...{ url: app.databaseUrl, pool: 3, name: 'webhook test', catalogueFile: undefined },
    ...{ keyring: await openKeyring({ file: '', env: KEYS }), logKeys: NO_LOG_KEYS },
    ...{ origin: app.origin, webhookLoopback: true, log: QUIET }
  });
  const set = await app.owner.call<{ seq: number; secret: string }>('settings.setWebhook', {
    ...{ seen: 0, url: receiver.url }
  });
  ({ secret } = set);
});
afterAll(async () => {
  await here.handle.close();
  await state.close();
  await app.stop();
  receiver.server.closeAllConnections();
  receiver.server.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => void response.writeHead(204).end();
});

/** Lets a charge come to an alert. */
async function alert(): Promise<string> {
  const { id } = await app.owner.call<{ id: string }>('administrators.create', {
    ...{ name: 'Olga Petrova', email: `${randomUUID()}@northwind.example`, roleId: 'support' }
  });
  await state.sql`insert into ledger_alerts (account, cap, threshold, used, "limit", at)
    values (${`administrator:${id}`}, 'daily', 80, 8, 10, now())`;
  return id;
}
/** Queues something that the program itself does not see: its next try is far away until the test says so. */
async function queue(createdAgo = '0 s'): Promise<string> {
  const id = randomUUID();
  const body = JSON.stringify({ type: 'test', timestamp: new Date().toISOString(), data: {} });
  await state.audited(
    (tx) => tx`insert into webhook_deliveries (id, type, body, created_at, next_at)
      values (${id}, 'test', ${body}, now() - ${createdAgo}::interval, now() + interval '1 day')`
  );
  return id;
}
/** One try of it, now, and what is said of it then; the next one is far away again. */
async function tryNow(id: string, options = LOOPBACK): Promise<Delivery> {
  const { attempts } = await row(id);
  await state.sql`update webhook_deliveries set next_at = now(), problem = null where id = ${id}`;
  // The program's own loop looks every two seconds: whoever claims first tries.
  await deliverOne(here.deps, options);
  let tried: Delivery;
  await until(async () => {
    tried = await row(id);
    return tried.attempts > attempts && (tried.done || tried.gone || tried.problem !== null);
  }, 'a try');
  await state.sql`update webhook_deliveries set next_at = now() + interval '1 day' where id = ${id}`;
  return tried!;
}
type Delivery = {
  attempts: number;
  problem: string | null;
  status: number | null;
  done: boolean;
  gone: boolean;
  /** Seconds until the next try. */
  wait: number;
};
const row = async (id: string) => {
  const [found] = await state.sql<
    Delivery[]
  >`select attempts, problem, status, delivered_at is not null as done, given_up_at is not null as gone,
      extract(epoch from next_at - now())::float as wait from webhook_deliveries where id = ${id}`;
  return found!;
};
const verified = (one: Received, by = secret) =>
  new Webhook(by).verify(one.body, one.headers) as Record<string, unknown>;

test('[QUO-9] an alert is posted once, and its receiver verifies it; its secret is stored sealed, and told once', async () => {
  const id = await alert();
  await until(() => Promise.resolve(receiver.received.length === 1), 'the alert arrived');
  const [one] = receiver.received;
  expect(verified(one!)).toEqual({
    type: 'caps.threshold_reached',
    timestamp: expect.any(String) as string,
    data: {
      subject: { type: 'administrator', id, name: 'Olga Petrova' },
      ...{ cap: 'daily', threshold: 80, used: 8, limit: 10, watched: false }
    }
  });
  expect(() => verified({ ...one!, body: `${one!.body} ` })).toThrow();
  expect(one!.headers['webhook-id']).toMatch(/^msg_[-0-9a-f]{36}$/);
  const stored = await state.sql`select secret_sealed from webhook`;
  expect(JSON.stringify(stored)).not.toContain(secret.slice(6));
  const everywhere =
    await state.sql`select answer::text from operations union all select doc::text from audit.entry`;
  expect(JSON.stringify(everywhere)).not.toContain(secret.slice(6));
  expect(JSON.stringify(await state.sql`select doc from audit.entry`)).not.toContain('token=hidden');
  expect(JSON.stringify(app.logged)).not.toMatch(/token=hidden|whsec_/);
  const told = () => app.owner.call<{ url: string; deliveries: object[] }>('settings.webhook');
  expect((await told()).url).toBe(receiver.url);
  // It arrived before its answer was read and noted.
  await expect
    .poll(async () => (await told()).deliveries[0])
    .toMatchObject({ state: 'delivered', attempts: 1, status: 204 });
});

test('[QUO-9] what is not taken is tried again under the same id, later and later, and given up after a day with a notice', async () => {
  receiver.answer = (response) => void response.writeHead(500).end('no');
  const id = await queue();
  const first = await tryNow(id);
  expect(first).toMatchObject({ attempts: 1, status: 500, problem: 'It answered 500.', done: false });
  expect(first.wait).toBeGreaterThan(1);
  expect((await tryNow(id)).wait).toBeGreaterThan(20);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids).toEqual([`msg_${id}`, `msg_${id}`]);
  receiver.answer = (response) => void response.writeHead(200).end();
  await tryNow(id);
  expect(await row(id)).toMatchObject({ attempts: 3, status: 200, problem: null, done: true });

  receiver.answer = (response) => void response.writeHead(410).end();
  const old = [await queue('25 hours'), await queue('25 hours')];
  for (const each of old) await tryNow(each);
  for (const each of old) expect(await row(each)).toMatchObject({ gone: true, done: false });
  expect(await state.entries('settings.webhook_given_up')).toBe(2);
  const notices =
    await state.sql`select from notices where kind = 'webhook-given-up' and administrator_id = ${app.ownerId}`;
  expect(notices).toHaveLength(1);
});

test('[QUO-9] a process that dies between two tries loses nothing: it is posted again under the same id', async () => {
  const id = await queue();
  // Claimed, and never heard of again.
  await state.sql`update webhook_deliveries set attempts = 1, next_at = now() - interval '1 s' where id = ${id}`;
  await until(async () => (await row(id)).done, 'another one posted it');
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([`msg_${id}`]);
});

test('[QUO-9] redirects are not followed, a long answer is not read, and a slow one not waited for', async () => {
  let followed = 0;
  const elsewhere = createServer((_, response) => {
    followed++;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const { port } = elsewhere.address() as AddressInfo;
  receiver.answer = (response) =>
    void response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end();
  expect(await post(receiver.url, '{}', {}, LOOPBACK)).toMatchObject({
    ...{ status: 302, problem: 'It answered 302: redirects are not followed.' }
  });
  expect(followed).toBe(0);
  elsewhere.close();

  let sent = 0;
  receiver.answer = (response) => {
    response.writeHead(200);
    const more = () => {
      sent += 65_536;
      if (!response.destroyed && sent < 100_000_000) response.write(Buffer.alloc(65_536, 97), more);
    };
    more();
  };
  const long = await post(receiver.url, '{}', {}, LOOPBACK);
  expect(long).toMatchObject({ status: 200, problem: null });
  expect(long.said.length).toBeLessThanOrEqual(4096);
  expect(sent).toBeLessThan(50_000_000);

  const quick = { ...LOOPBACK, deadlineMs: 200 };
  receiver.answer = () => undefined;
  expect(await post(receiver.url, '{}', {}, quick)).toMatchObject({
    ...{ status: null, problem: 'It did not answer in time.' }
  });
  // Headers at once, and then a byte now and again; on a busy machine even the headers may be late.
  receiver.answer = (response) => void response.writeHead(200).write('a');
  await until(async () => {
    const began = performance.now();
    const { status } = await post(receiver.url, '{}', {}, quick);
    expect(performance.now() - began).toBeLessThan(within(3000));
    return status === 200;
  }, 'it answered');
  receiver.server.closeAllConnections();
});

test('[QUO-9] a name that becomes another address between look and connection is connected to as it was judged', async () => {
  const { port } = receiver.server.address() as AddressInfo;
  const asked: string[] = [];
  // Says a good address first and a bad one ever after.
  const rebinding = (host: string) => {
    asked.push(host);
    return Promise.resolve([{ address: asked.length === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
  };
  const to = `http://rebinding.example:${port}/`;
  expect(await post(to, '{}', {}, { ...LOOPBACK, resolve: rebinding })).toMatchObject({ status: 204 });
  expect(asked).toEqual(['rebinding.example']);
  expect(receiver.received[0]!.headers['host']).toBe(`rebinding.example:${port}`);
  // Judged anew for the next.
  const next = await post(to, '{}', {}, { ...LOOPBACK, resolve: rebinding });
  expect(next).toMatchObject({ status: null, problem: expect.stringMatching(/private/) as string });
  expect(receiver.received).toHaveLength(1);
  // Without leave of the environment this machine is not posted to at all.
  expect(await post(receiver.url, '{}', {}, { allowLoopback: false })).toMatchObject({ status: null });
  const id = await queue();
  await state.sql`update webhook_deliveries set next_at = now() where id = ${id}`;
  if (await deliverOne(here.deps, { allowLoopback: false }))
    expect(await row(id)).toMatchObject({ status: null, done: false });
  // The program's own loop was quicker, and may: what it posts is no matter of the next test.
  else await until(async () => (await row(id)).done, 'posted');
  expect(receiver.received.length).toBeLessThanOrEqual(2);
  await state.sql`update webhook_deliveries set given_up_at = now() where id = ${id}`;
});

test('[QUO-9] while a secret is replaced both sign; a test says what came back; removed, nothing is posted', async () => {
  const { secret: next } = await app.owner.call<{ secret: string }>('settings.rotateWebhookSecret');
  // A second one would take away what was promised of the first.
  expect(await app.owner.refused('settings.rotateWebhookSecret')).toMatchObject({
    ...{ code: 'input/invalid', field: 'secret' }
  });
  expect(next).not.toBe(secret);
  receiver.answer = (response) => void response.writeHead(202).end('taken <b>');
  const said = { delivered: true, status: 202, problem: null, said: 'taken <b>' };
  const op = randomUUID();
  expect(await app.owner.call('settings.testWebhook', { op })).toEqual(said);
  expect(await app.owner.refused('settings.testWebhook', { op }).catch(() => null)).toBeNull();
  expect(receiver.received).toHaveLength(1);
  const [one] = receiver.received;
  expect(one!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
  for (const by of [secret, next]) expect(verified(one!, by)).toMatchObject({ type: 'test' });
  expect(() => verified(one!, `whsec_${Buffer.alloc(32).toString('base64')}`)).toThrow();
  await state.audited((tx) => tx`update webhook set previous_until = now()`);
  await app.owner.call('settings.testWebhook');
  expect(() => verified(receiver.received[1]!)).toThrow();
  expect(verified(receiver.received[1]!, next)).toMatchObject({ type: 'test' });

  const waiting = await queue();
  const { seq } = await app.owner.call<{ seq: number }>('settings.webhook');
  expect(await app.owner.call('settings.rotateWebhookSecret')).toMatchObject({ seq: seq + 1 });
  await app.owner.call('settings.setWebhook', { seen: seq + 1, url: null });
  // At once, and with an entry: an address that is saved a moment later gets none of it.
  const [removed] = await state.sql<{ change: { path: string; old: number; new: number }[] }[]>`
    select doc->'change' as change from audit.entry where doc->>'action' = 'settings.webhook_changed' order by n desc limit 1`;
  const dropped = removed!.change.find(({ path }) => path === 'webhook.waiting');
  expect(dropped!.old).toBeGreaterThanOrEqual(1);
  // What was queued while it was removed is given up with an entry of its own.
  const late = await queue();
  const given = await state.entries('settings.webhook_given_up');
  await tryNow(late);
  expect(await row(late)).toMatchObject({ gone: true, problem: 'The webhook was removed.' });
  expect(await state.entries('settings.webhook_given_up')).toBe(given + 1);
  expect(await row(waiting)).toMatchObject({ gone: true, problem: 'The webhook was removed.' });
  const count = async () => (await state.sql`select from webhook_deliveries`).length;
  const before = await count();
  const told = await state.entries('caps.threshold_reached');
  await alert();
  await until(async () => (await state.entries('caps.threshold_reached')) > told, 'the alert was told');
  expect(await count()).toBe(before);
  expect(await app.owner.refused('settings.testWebhook')).toMatchObject({ field: 'url' });
  expect(await app.owner.refused('settings.rotateWebhookSecret')).toMatchObject({ field: 'url' });
});

test('[QUO-9][UX-4] addresses that nothing is posted to are refused at their field; of two who set one the second is told', async () => {
  const set = (url: string | null, seen = 0) =>
    app.owner.try<{ seq: number }>('settings.setWebhook', { url, seen });
  for (const url of [
    '',
    'ftp://hooks.example/',
    'https://me:secret@1.1.1.1/',
    'https://10.0.0.1/',
    'https://[fd00::1]/',
    'http://1.1.1.1/',
    'no address'
  ])
    expect((await set(url)).refusal, url).toMatchObject({ code: 'input/invalid', field: 'url' });
  const { value } = await set('https://1.1.1.1/one');
  expect(value).toMatchObject({ seq: 1 });
  expect((await set('https://1.1.1.1/two')).refusal).toMatchObject({
    ...{
      code: 'conflict/changed-since',
      field: 'url',
      yours: 'https://1.1.1.1/two',
      theirs: 'https://1.1.1.1/one'
    }
  });
  // Whoever may look sees where it goes, and no more of the address.
  const role = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Looking', permissions: ['settings.integrations.view'] }
  });
  const looking = await app.person('Lou Looking', role.id);
  expect(await looking.client.call('settings.webhook')).toMatchObject({
    ...{ url: 'https://1.1.1.1', may: { edit: false, test: false, rotate: false } }
  });
});

test('[QUO-9] deliveries say which alert they were; whose it was to those alone who may see usage', async () => {
  await alert();
  const latest = async (client: { call: typeof app.owner.call }) =>
    (await client.call<{ deliveries: { alert: object | null }[] }>('settings.webhook')).deliveries[0]?.alert;
  const about = { cap: 'daily', threshold: 80 };
  await until(
    async () => JSON.stringify(await latest(app.owner)).includes('Olga Petrova'),
    'the alert is among the deliveries'
  );
  expect(await latest(app.owner)).toEqual({ ...about, subject: 'Olga Petrova' });
  const role = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Looking on', permissions: ['settings.integrations.view'] }
  });
  const looking = await app.person('Lia Looking', role.id);
  expect(await latest(looking.client)).toEqual({ ...about, subject: null });
});
