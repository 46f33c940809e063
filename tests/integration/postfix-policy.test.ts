import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type DatabaseHandle } from '../../src/lib/server/db/driver/client';
import { startPolicyService, type PolicyAddress } from '../../src/lib/server/api/postfix/policy-server';
import { AskGate } from '../../src/lib/server/services/quotas/ask-gate';
import { MergedAsks } from '../../src/lib/server/services/quotas/merged-asks';
import { plantApplication, plantPersonalKey } from '../support/applications';
import { freePort, startTestConsole, type TestConsole } from '../support/console';
import { PolicyClient, policyRequest, type PolicyAttributes } from '../support/policy-client';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [QUO-5] The Postfix policy protocol, spoken from our own sockets as Postfix and Exim speak it.

let app: TestConsole;
/** A second process on the same database: it listens at a path, and demands a token. */
let second: TestConsole;
let state: StateProbe;
/** The database of services that listen in this process. */
let here: DatabaseHandle;
let port: number;
let folder: string;
let path: string;
const TOKEN = 'a-token-of-the-mail-servers';

beforeAll(async () => {
  port = await freePort();
  folder = await mkdtemp(join(tmpdir(), 'rolecall-policy-'));
  path = join(folder, 'policy');
  // A process that was killed left its socket behind.
  await leaveSocket(path);
  app = await startTestConsole({ env: { POLICY_LISTEN: `127.0.0.1:${port}` } });
  second = await startTestConsole({
    databaseUrl: app.databaseUrl,
    env: { POLICY_LISTEN: `unix:${path}`, POLICY_TOKEN: TOKEN }
  });
  state = openState(app.databaseUrl);
  here = openDatabase({ url: app.databaseUrl, max: 2, name: 'policy test' });
});
afterAll(async () => {
  await here.close();
  await state.close();
  await second.stop();
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

const startHere = (address: PolicyAddress, more: Partial<Parameters<typeof startPolicyService>[0]> = {}) =>
  startPolicyService({
    ...{ deps: { db: here.db }, address, log: pino({ level: 'silent' }) },
    layers: { heard: () => undefined, stop: () => Promise.resolve() },
    refusals: { heard: () => undefined, stop: () => Promise.resolve() },
    ...{ gate: new AskGate(2), batcher: new MergedAsks(here.db, more.gate ?? new AskGate(2)), ...more }
  });

/** Leaves a socket at a path, as a process does that is killed. */
async function leaveSocket(at: string): Promise<void> {
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', script, at]), 'exit');
  expect((await lstat(at)).isSocket()).toBe(true);
}

const open = () => PolicyClient.open({ port, host: '127.0.0.1' });
let people = 0;
const sender = async (caps: object): Promise<{ id: string; login: string }> => {
  const { id, email } = await app.person(`Sender ${++people}`, 'support');
  await app.owner.call('administrators.update', { id, seen: 1e6, caps });
  return { id, login: email };
};
const used = async (id: string) => {
  const [row] = await state.sql<{ used: number }[]>`
    select day_used::int as used from ledger_accounts where account = ${`administrator:${id}`}`;
  return row?.used ?? 0;
};
const message = (login: string, more: PolicyAttributes = {}) => ({
  ...{
    sasl_username: login,
    instance: `${randomUUID()}.1`,
    queue_id: randomUUID().slice(0, 8),
    policy_context: 'mx1'
  },
  ...more
});

test('[QUO-5] recipients are counted once, at the end of the message; before it is only looked', async () => {
  const { id, login } = await sender({ daily: 5 });
  const client = await open();
  const mail = message(login, { queue_id: '' });
  const told: (string | null)[] = [];
  for (let n = 0; n < 3; n++)
    told.push(
      await client.ask({ ...mail, protocol_state: 'RCPT', recipient_count: 0, recipient: `r${n}@x.example` })
    );
  told.push(await client.ask({ ...mail, protocol_state: 'DATA', recipient_count: 3 }));
  expect(await used(id)).toBe(0);
  told.push(await client.ask({ ...mail, queue_id: '4ABC', recipient_count: 3 }));
  expect(told).toEqual(Array(5).fill('DUNNO'));
  expect(await used(id)).toBe(3);
  // Its answer was lost: the same request again, on a connection of its own.
  client.vanish();
  const again = await open();
  expect(await again.ask({ ...mail, queue_id: '4ABC', recipient_count: 3 })).toBe('DUNNO');
  expect(await used(id)).toBe(3);
  // The same instance with another queue id is another message.
  expect(await again.ask({ ...mail, queue_id: '4DEF', recipient_count: 2 })).toBe('DUNNO');
  expect(await used(id)).toBe(5);
  // So is the same one of another host.
  expect(await again.ask({ ...mail, queue_id: '4ABC', recipient_count: 3, policy_context: 'mx2' })).toMatch(
    /^451 4\.7\.1 Daily limit 5 of Sender 1 \(own cap\) is reached, free again \d{4}-\d\d-\d\d 00:00 UTC$/
  );
  // And early, before any of it is sent.
  expect(await again.ask({ ...message(login), protocol_state: 'RCPT' })).toMatch(
    /^451 4\.7\.1 Daily limit 5/
  );
  expect(await used(id)).toBe(5);
  again.vanish();
});

test('[QUO-4] what was refused is asked anew under its key, and charged nothing before', async () => {
  const { id, login } = await sender({ daily: 10 });
  const client = await open();
  expect(await client.ask(message(login, { recipient_count: 8 }))).toBe('DUNNO');
  const mail = message(login, { recipient_count: 3 });
  expect(await client.ask(mail)).toMatch(/^451 4\.7\.1 .*has 2 left for 3 recipients/);
  expect(await used(id)).toBe(8);
  await app.owner.call('administrators.update', { id, seen: 1e6, caps: { daily: 11 } });
  expect(await client.ask(mail)).toBe('DUNNO');
  expect(await used(id)).toBe(11);
  client.vanish();
});

test('[QUO-5] who may not send at all hears so for good; who did not sign in is no business of caps', async () => {
  const { id, login } = await sender({ daily: 0 });
  const client = await open();
  expect(await client.ask(message(login))).toMatch(/^550 5\.7\.1 Daily limit 0/);
  await app.owner.call('administrators.suspend', { id });
  for (const protocol_state of ['RCPT', 'END-OF-MESSAGE'])
    expect(await client.ask(message(login, { protocol_state }))).toMatch(/^550 5\.7\.1 .*is suspended/);
  expect(await client.ask(message('nobody@x.example'))).toMatch(/^451 4\.7\.1 No sender .*nobody@x\.example/);
  expect(await client.ask(message(''))).toBe('DUNNO');
  expect(await client.ask(message(login, { protocol_state: 'EHLO' }))).toBe('DUNNO');
  client.vanish();
});

test('[QUO-5] many requests at once, in pieces of any size, are answered in order; equals signs in values belong to them', async () => {
  const { id, login } = await sender({ hourly: 100 });
  const client = await open();
  const texts = Array.from({ length: 20 }, (_, n) =>
    policyRequest(message(n % 2 === 0 ? login : '', { recipient_count: 2, sender: 'a=b=c@x.example' }))
  );
  const bytes = Buffer.from(texts.join(''));
  for (let at = 0; at < bytes.length; at += 97) client.send(bytes.subarray(at, at + 97));
  for (let n = 0; n < 20; n++) expect(await client.next()).toBe('DUNNO');
  expect(await used(id)).toBe(20);
  client.vanish();
});

test('[QUO-5] whoever shuts its side after asking still has its answer, and then the end', async () => {
  const { login } = await sender({ hourly: 100 });
  const client = await open();
  client.send(policyRequest(message(login)));
  client.end();
  expect(await client.next()).toBe('DUNNO');
  expect(await client.next()).toBeNull();
});

test.each<[string, string]>([
  ['no protocol', 'GET / HTTP/1.1\r\n\r\n\n\n'],
  ['another request', policyRequest({ request: 'other' })],
  ['a message without instance', policyRequest({ sasl_username: 'x@y.example', queue_id: 'A' })],
  [
    'a message without recipients',
    policyRequest({ sasl_username: 'x@y.example', instance: '1', recipient_count: 0 })
  ],
  ['too much', `a=${'x'.repeat(20_000)}`]
])('[QUO-5] in trouble there is no answer: %s', async (_, text) => {
  const client = await open();
  client.send(text);
  expect(await client.next()).toBeNull();
});

test('[QUO-5] at a path, with a token: without it there is no answer', async () => {
  const { id, login } = await sender({ daily: 10 });
  const ask = async (policy_context: string) => {
    const client = await PolicyClient.open({ path });
    const answer = await client.ask(message(login, { policy_context }));
    client.vanish();
    return answer;
  };
  for (const context of ['', 'mx1', 'mx1:', `mx1:${TOKEN}x`]) expect(await ask(context), context).toBeNull();
  expect(await used(id)).toBe(0);
  expect(await ask(`mx1:${TOKEN}`)).toBe('DUNNO');
  expect(await ask(TOKEN)).toBe('DUNNO');
  expect(await used(id)).toBe(2);
});

test('[QUO-4] four senders over two processes, with lost answers: never above the cap, nothing counted twice', async () => {
  const { id, login } = await sender({ daily: 300 });
  let sent = 0;
  const session = async (n: number) => {
    for (let mail = 0; mail < 40; mail++) {
      const units = 1 + (mail % 3);
      const asked = message(login, { recipient_count: units, policy_context: `mx:${TOKEN}` });
      const to = () => ((n + mail) % 2 === 0 ? open() : PolicyClient.open({ path }));
      if (mail % 4 === 0) {
        // It goes away as soon as it has asked, and asks again.
        const lost = await to();
        lost.send(policyRequest(asked));
        lost.end();
        if (mail % 8 === 0) lost.vanish();
      }
      const client = await to();
      // The one process takes the whole of the context for a name: the same message keeps to one of them.
      if ((await client.ask(asked)) === 'DUNNO') sent += units;
      client.vanish();
    }
  };
  await Promise.all([0, 1, 2, 3].map(session));
  expect(sent).toBeLessThanOrEqual(300);
  expect(sent).toBeGreaterThan(297);
  expect(await used(id)).toBe(sent);
});

test('[QUO-4] what Postfix refused after its approval is given back, by the queue id that its log has', async () => {
  const { id, login } = await sender({ daily: 10 });
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Log followers',
    permissions: ['quotas.ledger.consume']
  });
  const { key } = await plantApplication(state, { roleId });
  const client = await open();
  expect(await client.ask(message(login, { recipient_count: 4, queue_id: '4XYZ' }))).toBe('DUNNO');
  client.vanish();
  const release = (queueId: string, by = key) =>
    askEndpoint(app.origin, '/caps/v1/release', { key: by, body: { postfix: { mta: 'mx1', queueId } } });
  await until(async () => (await release('4XY')).status === 404, 'the key works');
  // A person's own key gives back nothing that mail servers sent.
  const personal = await plantPersonalKey(state, app.ownerId, ['quotas.ledger.consume']);
  await until(async () => (await release('4XYZ', personal.key)).status !== 401, 'the key works');
  expect(await release('4XYZ', personal.key)).toMatchObject({
    status: 404,
    body: { code: 'ledger/unknown' }
  });
  expect(await used(id)).toBe(4);
  expect((await release('4XYZ')).body).toEqual({ units: 0, returned: 4 });
  expect((await release('4XYZ')).status).toBe(409);
  expect(await used(id)).toBe(0);
});

test('[QUO-5] a file that is no socket, and a socket at which somebody listens, stay where they are', async () => {
  const file = join(folder, 'notes');
  await writeFile(file, 'mine');
  for (const at of [file, path])
    await expect(startHere({ path: at }), at).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await readFile(file, 'utf8')).toBe('mine');
  const client = await PolicyClient.open({ path });
  expect(await client.ask(message('', { policy_context: `mx1:${TOKEN}` }))).toBe('DUNNO');
  client.vanish();
});

test('[QUO-5] a service that stops answers whoever asked before, and ends the others', async () => {
  const { login } = await sender({ hourly: 100 });
  const service = await startHere({ host: '127.0.0.1', port: 0 });
  const to = { host: '127.0.0.1', port: service.port };
  const [idle, busy] = [await PolicyClient.open(to), await PolicyClient.open(to)];
  expect(await busy.ask(message(login))).toBe('DUNNO');
  let stopped: Promise<void> | undefined;
  // It is asked, and its answer waits for a lock, when the service is told to stop.
  await state.sql.begin(async (tx) => {
    await tx`lock table send_pauses in access exclusive mode`;
    busy.send(policyRequest(message(login)));
    const waits = async () =>
      (
        await tx`select 1 from pg_stat_activity where application_name = 'policy test' and wait_event_type = 'Lock'`
      ).length > 0;
    await until(waits, 'it waits');
    stopped = service.stop();
    expect(await idle.next()).toBeNull();
  });
  expect(await busy.next()).toBe('DUNNO');
  expect(await busy.next()).toBeNull();
  await stopped;
});

test('[QUO-5] one address has so many connections and no more; another one, and its own later, are heard', async () => {
  const service = await startHere({ host: '127.0.0.1', port: 0 }, { mostPerAddress: 2 });
  const at = (localAddress: string) =>
    PolicyClient.open({ port: service.port, host: '127.0.0.1', localAddress });
  const ask = { protocol_state: 'CONNECT' };
  const [first, second, third] = [await at('127.0.0.1'), await at('127.0.0.1'), await at('127.0.0.1')];
  expect(await third.next()).toBeNull();
  const other = await at('127.0.0.2');
  for (const client of [first, second, other]) expect(await client.ask(ask)).toBe('DUNNO');
  first.end();
  expect(await first.next()).toBeNull();
  const again = await at('127.0.0.1');
  expect(await again.ask(ask)).toBe('DUNNO');
  for (const client of [first, second, third, other, again]) client.vanish();
  await service.stop();
});

test('[QUO-5] more asks than may wait are told at once to come again', async () => {
  const gate = new AskGate(1, 0);
  const service = await startHere({ host: '127.0.0.1', port: 0 }, { gate });
  const { login } = await sender({ daily: 5 });
  const client = await PolicyClient.open({ port: service.port, host: '127.0.0.1' });
  let end = () => {};
  const under = gate.run(() => new Promise<void>((done) => (end = done)));
  expect(await client.ask(message(login))).toBe('451 4.3.2 Too many asks wait, try again');
  end();
  await under;
  expect(await client.ask(message(login))).toBe('DUNNO');
  client.vanish();
  await service.stop();
});
