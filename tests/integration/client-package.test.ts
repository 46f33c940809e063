import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createRolecall,
  type Rolecall,
  type RolecallOptions,
  type Subject
} from '../../packages/client/src/entry';
import { indexCatalogue, type Catalogue } from '../../src/lib/core/access/catalogue';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import { chooseSeed, seeded } from '../faults/random';
import { plantPeople } from '../support/accounts';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { within } from '../support/trials';

// [DEC-5] The client package against a real console, through a line that can be cut.

const MERGE = 'audience.contact_lists.merge';
const SEND = 'campaigns.transactional.send';
const STREAM = 'GET /access/v1/changes';
const VIEW = 'audience.contact_lists.view';
const catalogue = indexCatalogue(shipped as unknown as Catalogue);

let app: TestConsole;
let state: StateProbe;
let line: Line;
let asker: Planted;
const open: Rolecall[] = [];

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const permissions = ['tools.decisions.snapshot', 'tools.decisions.evaluate'];
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Askers', permissions });
  asker = await plantApplication(state, { roleId: role.id, perMinute: 100_000 });
  line = await openLine(app.port);
  await until(() => client().can({ type: 'application', id: asker.id }, 'tools.decisions.evaluate'));
});
afterAll(async () => {
  for (const each of open) each.close();
  await line.close();
  await state.close();
  await app.stop();
});

function client(options: Partial<RolecallOptions> = {}): Rolecall {
  const made = createRolecall({ url: line.origin, key: asker.key, ...options });
  open.push(made);
  return made;
}

type Line = {
  origin: string;
  /** Requests made through it: method and path. */
  asked: string[];
  /** Number of connections ever made to it. */
  connections(): number;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
};

/** A proxy in front of the console. Cut, it takes connections and says nothing, as a network does that lost them. */
async function openLine(port: number): Promise<Line> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let connections = 0;
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    if (isCut) return;
    asked.push(`${request.method} ${request.url!.split('?')[0]}`);
    const { url, method, headers } = request;
    const onward = forward({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.on('data', (chunk: Buffer) => !isCut && response.write(chunk));
      answer.on('end', () => !isCut && response.end());
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hangUp = () => sockets.forEach((socket) => socket.destroy());
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    connections: () => connections,
    cut: () => (isCut = true),
    mend() {
      isCut = false;
      hangUp();
    },
    async close() {
      hangUp();
      await new Promise((resolve) => server.close(resolve));
    }
  };
}

async function someone(name: string, permissions: string[]): Promise<{ id: string; roleId: string }> {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', { name, permissions });
  const [id] = await plantPeople(state, [{ roleId, name }]);
  return { id: id!, roleId };
}

async function lastEntry(): Promise<number> {
  await state.settled();
  const [row] = await state.sql<{ seq: string }[]>`select max(seq) as seq from audit.seq`;
  return Number(row!.seq);
}

const revoke = (id: string) => app.owner.call('roles.edit', { id, seen: 1e6, revoke: [MERGE] });
const grant = (id: string) => app.owner.call('roles.edit', { id, seen: 1e6, grant: [MERGE] });

async function revokeKey({ keyId }: Planted): Promise<void> {
  await state.audited(async (tx) => {
    await tx`update api_keys set revoked_at = now(), revoked_reason = 'revoked' where id = ${keyId}`;
    await tx`select pg_notify('authority', 'all')`;
  });
}

describe('[DEC-5] asked each time', () => {
  test('what is asked in one turn is one call, and each gets its own answer with the reason', async () => {
    const rolecall = client();
    const { id } = await someone('Batch', [MERGE]);
    const atLeast = await lastEntry();
    const before = line.asked.length;
    const ask = (permission: string, owner?: string) =>
      rolecall.decide(id, permission, { owner }, { atLeast });
    const answers = await Promise.all([
      ...Array.from({ length: 50 }, () => ask(MERGE)),
      ...[ask(VIEW), ask('nothing.at.all'), ask(MERGE, 'somebody')],
      rolecall.decide('half \ud800', MERGE)
    ]);
    expect(line.asked.slice(before)).toEqual(['POST /access/v1/evaluations']);
    expect(answers.map(({ reason }) => reason)).toEqual([
      ...Array.from({ length: 50 }, () => 'granted'),
      ...['not-granted', 'unknown-action', 'granted', 'invalid-question']
    ]);
    const [yes, no] = [answers[0]!, answers[50]!];
    expect(yes.decision).toBe(true);
    expect(no).toMatchObject({ decision: false, reasonAdmin: expect.stringContaining('Batch') as string });
    expect(yes.revision).toBeGreaterThanOrEqual(atLeast);
    const later = line.asked.length;
    await Promise.all(Array.from({ length: 600 }, (_, n) => rolecall.can(`nobody-${n}`, MERGE)));
    expect(line.asked.length - later).toBeLessThan(5);
    const connections = line.connections();
    for (let n = 0; n < 20; n++) await rolecall.can(id, MERGE);
    expect(line.connections()).toBe(connections);
  });

  test('[DEC-2] once revoked, the next answer that has to know of it is no; what nobody knows yet is no', async () => {
    const rolecall = client();
    const { id, roleId } = await someone('Revoked remotely', [MERGE]);
    const made = await lastEntry();
    await until(() => rolecall.can(id, MERGE, {}, { atLeast: made }), 'granted');
    await revoke(roleId);
    const atLeast = await lastEntry();
    // What is not known within a second is `unavailable`, and never a yes.
    await until(async () => {
      const { decision, reason } = await rolecall.decide(id, MERGE, {}, { atLeast });
      expect(decision).toBe(false);
      return reason === 'not-granted';
    }, 'revoked');
    const ahead = await rolecall.decide(asker.id, MERGE, {}, { atLeast: atLeast + 1000 });
    expect(ahead).toMatchObject({ decision: false, reason: 'unavailable' });
  });

  test('[QUO-8] [DEC-2] a pause of somebody and of everybody is in its answers, and its end', async () => {
    const [local, remote] = [client({ mode: 'local' }), client()];
    const { id } = await someone('Paused live', [SEND, MERGE]);
    const says = async (reason: string) => {
      for (const of of [local, remote])
        await until(async () => (await of.decide(id, SEND)).reason === reason, reason);
    };
    await says('granted');
    for (const subject of [{ type: 'administrator', id }, 'platform']) {
      await app.owner.call('caps.pause', { subject, reason: 'complaints' });
      await says('paused');
      expect(await local.can(id, MERGE)).toBe(true);
      await app.owner.call('caps.resume', { subject, reason: 'settled' });
      await says('granted');
    }
  });

  test('a console that does not answer, a key that is none and a client that was closed are a no', async () => {
    const rolecall = client({ timeout: 200 });
    line.cut();
    expect(await rolecall.decide(app.ownerId, MERGE)).toMatchObject({
      decision: false,
      reason: 'unavailable'
    });
    line.mend();
    // It waits no longer than that for this answer either.
    await until(() => rolecall.can(app.ownerId, MERGE), 'it answers again');
    const wrong = client({ key: `${asker.key.slice(0, -1)}_` });
    expect(await wrong.decide(app.ownerId, MERGE)).toMatchObject({ decision: false, reason: 'key-refused' });
    const gone = client({ url: 'http://127.0.0.1:1' });
    expect(await gone.decide(app.ownerId, MERGE)).toMatchObject({ decision: false, reason: 'unavailable' });
    const asked = rolecall.decide(app.ownerId, MERGE);
    rolecall.close();
    expect(await asked).toMatchObject({ decision: false, reason: 'shut-down' });
    expect(await rolecall.decide(app.ownerId, MERGE)).toMatchObject({ decision: false, reason: 'shut-down' });
  });
});

describe('[DEC-5] in process', () => {
  test('[DEC-2] a revocation is in its answers within a second, and nothing is asked for them', async () => {
    const rolecall = client({ mode: 'local' });
    const { id, roleId } = await someone('Revoked live', [MERGE]);
    const made = await lastEntry();
    await until(() => rolecall.can(id, MERGE, {}, { atLeast: made }), 'granted');
    const before = line.asked.length;
    for (let round = 0; round < 2; round++) {
      await revoke(roleId);
      await until(async () => !(await rolecall.can(id, MERGE)), 'revoked');
      await grant(roleId);
      await until(() => rolecall.can(id, MERGE), 'granted');
    }
    await app.owner.call('administrators.suspend', { id });
    await until(async () => (await rolecall.decide(id, MERGE)).reason === 'suspended', 'suspended');
    // The stream alone: it may begin after the snapshot, or anew.
    expect(new Set([...line.asked.slice(before), STREAM])).toEqual(new Set([STREAM]));
    const ahead = await rolecall.decide(id, MERGE, {}, { atLeast: (await lastEntry()) + 1000 });
    expect(ahead).toMatchObject({ decision: false, reason: 'unavailable' });
  });

  test('it answers as the console does, whoever is asked about', async () => {
    const seed = chooseSeed(process.env['CLIENT_SEED']);
    const random = seeded(seed);
    // Thousands of answers at once, beside everything else.
    const unhurried = { timeout: 60_000 };
    const [local, remote] = [client({ mode: 'local', ...unhurried }), client(unhurried)];
    await plantPeople(state, [
      ...Array.from({ length: 4 }, () => ({ roleId: 'super_administrator' })),
      { roleId: 'super_administrator', status: 'suspended' },
      { roleId: 'super_administrator', deactivated: true }
    ]);
    const all = await state.sql<{ type: 'administrator' | 'application'; id: string; email: string }[]>`
      select 'administrator' as type, id::text, email from administrators
      union all select 'application', id::text, name from applications`;
    const questions = Array.from({ length: 2000 }, () => {
      const { type, id, email } = random.pick(all);
      const subject: Subject = { type, id: random.pick([id, id, email, 'nobody@northwind.example']) };
      const some = random.chance(0.2) ? [...catalogue.ownerOnly, 'no.such.one'] : catalogue.ids;
      return {
        subject,
        permission: random.pick(some),
        resource: { id: '1', owner: random.pick([id, undefined]) }
      };
    });
    const atLeast = await lastEntry();
    for (const each of [local, remote])
      await until(
        async () => (await each.decide('nobody', MERGE, {}, { atLeast })).reason !== 'unavailable',
        'known'
      );
    const answersOf = (of: Rolecall) =>
      Promise.all(
        questions.map(async ({ subject, permission, resource }) => {
          const { decision, reason } = await of.decide(subject, permission, resource, { atLeast });
          return { subject, permission, decision, reason };
        })
      );
    const [here, there] = await Promise.all([answersOf(local), answersOf(remote)]);
    expect(here, `seed ${seed}`).toEqual(there);
    const reasons = new Set(here.map(({ reason }) => reason));
    for (const reason of [
      'granted',
      'owner-only',
      'suspended',
      'closed',
      'unknown-subject',
      'unknown-action'
    ])
      expect(reasons).toContain(reason);
  });

  test('cut off, it says yes no longer than it may, and goes on with what is in force when the line is back', async () => {
    const rolecall = client({ mode: 'local', maxAge: 3000 });
    const { id, roleId } = await someone('Cut off', [MERGE]);
    const atLeast = await lastEntry();
    await until(() => rolecall.can(id, MERGE, {}, { atLeast }), 'granted');
    line.cut();
    const begun = performance.now();
    await revoke(roleId);
    const refused = async () => (await rolecall.decide(id, MERGE)).reason === 'stale';
    await until(refused, 'refuses');
    expect(performance.now() - begun).toBeLessThan(within(3500));
    line.mend();
    await until(async () => (await rolecall.decide(id, MERGE)).reason === 'not-granted', 'back');
  });

  test('[APP-4] a key that was revoked refuses at once, and for good', async () => {
    const [row] = await state.sql<{ role: string }[]>`
      select role_id as role from applications where id = ${asker.id}`;
    const made = await plantApplication(state, { roleId: row!.role });
    const rolecall = client({ mode: 'local', key: made.key });
    await until(() => rolecall.can(app.ownerId, MERGE), 'the key works');
    await revokeKey(made);
    const reason = async () => (await rolecall.decide(app.ownerId, MERGE)).reason;
    await until(async () => (await reason()) === 'key-refused', 'refused');
    expect(await rolecall.can(app.ownerId, MERGE)).toBe(false);
    line.cut();
    line.mend();
    expect(await reason()).toBe('key-refused');
    expect(await rolecall.can(app.ownerId, MERGE)).toBe(false);
    const remote = client({ key: made.key });
    expect(await remote.decide(app.ownerId, MERGE)).toMatchObject({ decision: false, reason: 'key-refused' });
  });

  test('before the first snapshot it waits; where there is none it refuses', async () => {
    expect(await client({ mode: 'local' }).can(app.ownerId, MERGE)).toBe(true);
    const nowhere = client({ mode: 'local', url: 'http://127.0.0.1:1', timeout: 60_000 });
    expect(await nowhere.decide(app.ownerId, MERGE)).toMatchObject({
      decision: false,
      reason: 'unavailable'
    });
    nowhere.close();
    expect(await nowhere.decide(app.ownerId, MERGE)).toMatchObject({ decision: false, reason: 'shut-down' });
  });
});

test.each<[string, Partial<RolecallOptions>, RegExp]>([
  ['no address', { url: 'rolecall' }, /^url must be/],
  ['a password in the address', { url: 'https://a:b@rolecall.example' }, /^url must be/],
  ['an empty key', { key: '' }, /^key must be/],
  ['a key with a line end', { key: 'rck_live_\r\n' }, /^key must be/],
  ['a mode that there is not', { mode: 'fast' as 'local' }, /^mode must be/],
  ['an age that no copy keeps', { maxAge: 1000 }, /^maxAge must be/],
  ['no time at all', { timeout: 0 }, /^timeout must be/]
])('an option that can’t be used is named: %s', (_, given, expected) => {
  const options = { url: 'https://rolecall.example', key: 'rck_live_x', ...given };
  expect(() => createRolecall(options)).toThrow(expected);
});
