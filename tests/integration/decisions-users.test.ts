import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRolecall, type Rolecall } from '../../packages/client/src/entry';
import { evaluate } from '../../src/lib/core/access/decisions/evaluate';
import { routeDecision } from '../../src/lib/server/services/decisions/route-decision';
import {
  startAuthorityView,
  type AuthorityView
} from '../../src/lib/server/services/decisions/authority-view';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { chooseSeed, seeded } from '../faults/random';
import { plantApplication } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';
import { changePackage, changeUser, plantPackage, plantUser, plantUserRole } from '../support/users';
import { within } from '../support/trials';

// [DEC-1] [TEN-2] [TEN-3] Users in decisions: what their package's role grants, on records of their own, while they
// are active.

const LISTS = 'audience.contact_lists';
const MERGE = `${LISTS}.merge`;
const VIEW = `${LISTS}.view`;

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let key: string;
let deaf: OpenConsole;
/** The view of a process that no notification reaches. */
let deafView: AuthorityView;
const clients: Rolecall[] = [];

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  deaf = await openUseCases(app.databaseUrl);
  deafView = await startAuthorityView(deaf.deps, deaf.handle, { hears: () => false });
  const permissions = ['evaluate', 'search', 'snapshot'].map((each) => `tools.decisions.${each}`);
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Askers', permissions });
  const asker = await plantApplication(state, { roleId: role.id, perMinute: 1_000_000 });
  key = asker.key;
  for (const { origin } of [app, second])
    await until(
      async () => (await askEndpoint(origin, '/access/v1/evaluation', { key, body: {} })).status !== 401,
      'the key works'
    );
  const at = { url: app.origin, key };
  clients.push(createRolecall(at), createRolecall({ ...at, mode: 'local' }));
});
afterAll(async () => {
  for (const each of clients) each.close();
  await deafView.stop();
  await deaf.handle.close();
  await state.close();
  await second.stop();
  await app.stop();
});

type Asked = { id?: string; owner?: string };

/**
 * The reason of each way to ask: both processes over HTTP, one that hears nothing, the client package in both its
 * ways.
 */
async function reasons(user: string, { id = '17', owner }: Asked, permission = MERGE): Promise<string[]> {
  const at = permission.lastIndexOf('.');
  const [type, action] = [permission.slice(0, at), permission.slice(at + 1)];
  const properties = owner === undefined ? {} : { properties: { owner } };
  const subject = { type: 'user' as const, id: user };
  const body = { subject, action: { name: action }, resource: { type, id, ...properties } };
  const told = await Promise.all([
    ...[app, second].map(async ({ origin }) => {
      const answer = await askEndpoint(origin, '/access/v1/evaluation', { key, body });
      // Of a process that does not know at this moment.
      if (answer.status === 503) return 'unavailable';
      expect(answer.status).toBe(200);
      const { decision, context } = answer.body as { decision: boolean; context: { reason: string } };
      expect(decision).toBe(context.reason === 'granted');
      return context.reason;
    }),
    ...clients.map(async (each) => {
      const { decision, reason } = await each.decide(subject, permission, {
        id,
        ...(owner ? { owner } : {})
      });
      expect(decision).toBe(reason === 'granted');
      return String(reason);
    })
  ]);
  const known = deafView.now();
  if (!known) return [...told, 'not known'];
  return [...told, evaluate(known, subject, action, { type, id, owner }, Date.now()).reasons[0].code];
}

/** Waits until all of them say the same; how long that took. */
async function all(expected: string, user: string, asked: Asked, permission = MERGE): Promise<number> {
  const begun = performance.now();
  let last: string[] = [];
  await until(async () => {
    last = await reasons(user, asked, permission);
    return last.every((each) => each === expected);
  }, `all say ${expected}`).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${last.join(', ')}`);
  });
  return performance.now() - begun;
}

const planted = async (permissions: string[], more: object = {}) => {
  const { id: packageId, roleId } = await plantPackage(state, { permissions });
  const email = `${randomUUID().slice(0, 8)}@orchard.example`;
  const id = await plantUser(state, { packageId, name: 'Orchard & Vine', email, ...more });
  return { id, email, packageId, roleId };
};

describe('[TEN-3] whose record it is', () => {
  test('a user may do what its package’s role grants to its own records alone', async () => {
    const { id, email } = await planted([MERGE]);
    await all('granted', id, { owner: id });
    await all('granted', email.toUpperCase(), { owner: id });
    await all('scope', id, { owner: randomUUID() });
    await all('scope', id, {});
    await all('scope', id, { owner: email });
    await all('granted', id, { id: '*' });
    await all('scope', id, { id: '*', owner: randomUUID() });
    await all('not-granted', id, { owner: id }, VIEW);
    await all('unknown-subject', randomUUID(), {});
    // Administrators reach every user's.
    const { body } = await askEndpoint(app.origin, '/access/v1/evaluation', {
      key,
      body: {
        subject: { type: 'administrator', id: app.ownerId },
        action: { name: 'merge' },
        resource: { type: LISTS, id: '17', properties: { owner: id } }
      }
    });
    expect(body).toMatchObject({ decision: true });
  });

  test('[DEC-3] searches answer by whose record it is, too', async () => {
    const { id } = await planted([MERGE, VIEW]);
    const { id: other } = await planted([MERGE]);
    await all('granted', other, { owner: other });
    const find = async (what: string, body: object) =>
      (
        (await askEndpoint(app.origin, `/access/v1/search/${what}`, { key, body })).body as {
          results: { id?: string; name?: string }[];
        }
      ).results.map((each) => each.id ?? each.name);
    const action = { name: 'merge' };
    const owned = (owner: string) => ({ type: LISTS, id: '17', properties: { owner } });
    const subject = { type: 'user' };
    expect(await find('subject', { subject, action, resource: owned(id) })).toEqual([id]);
    expect(await find('subject', { subject, action, resource: { type: LISTS, id: '17' } })).toEqual([]);
    const everybody = await find('subject', { subject, action, resource: { type: LISTS, id: '*' } });
    expect(everybody).toEqual(expect.arrayContaining([id, other]));
    const me = { type: 'user', id };
    expect(await find('action', { subject: me, resource: owned(id) })).toEqual(['merge', 'view']);
    expect(await find('action', { subject: me, resource: owned(other) })).toEqual([]);
    expect(await find('resource', { subject: me, action, resource: { type: LISTS } })).toEqual(['*']);
    expect(
      await find('resource', { subject: me, action: { name: 'delete' }, resource: { type: LISTS } })
    ).toEqual([]);
  });

  test('[DEC-4] a route takes its permission, whosever record is behind it', async () => {
    const { id } = await planted([MERGE]);
    await all('granted', id, { owner: id });
    const known = deafView.now()!;
    expect(routeDecision(known, { type: 'user', id }, MERGE, Date.now()).decision).toBe(true);
    expect(routeDecision(known, { type: 'user', id }, VIEW, Date.now()).decision).toBe(false);
  });
});

describe('[TEN-7] [DEC-2] what changes is in force at every endpoint within a second, and soon where notifications are lost', () => {
  test('a suspension, its end, a closing, its end, deletion; the package and its role', async () => {
    const { id, packageId } = await planted([MERGE]);
    const own = { owner: id };
    const nothing = await plantUserRole(state, []);
    const other = await plantPackage(state, { permissions: [] });
    const roleOf = async () =>
      (await state.sql<{ role_id: string }[]>`select role_id from packages where id = ${packageId}`)[0]!
        .role_id;
    const merges = await roleOf();
    const soon = new Date(Date.now() + 3_600_000);
    const steps: [string, () => Promise<unknown>][] = [
      ['granted', () => Promise.resolve()],
      ['suspended', () => changeUser(state, id, { status: 'suspended' })],
      ['granted', () => changeUser(state, id, { status: 'active' })],
      ['not-granted', () => changePackage(state, packageId, { role_id: nothing })],
      ['granted', () => changePackage(state, packageId, { role_id: merges })],
      ['not-granted', () => changeUser(state, id, { package_id: other.id })],
      ['granted', () => changeUser(state, id, { package_id: packageId })],
      ['closed', () => changeUser(state, id, { status: 'closing', closes_at: soon })],
      ['granted', () => changeUser(state, id, { status: 'active', closes_at: null })],
      [
        'closed',
        () => changeUser(state, id, { status: 'closed', closes_at: soon, deleted_at: new Date(), email: '' })
      ]
    ];
    for (const [expected, change] of steps) {
      await change();
      await all(expected, id, own);
    }
  });

  test('0 yes from a second after a suspension, however often it is asked', async () => {
    const { id } = await planted([MERGE]);
    await all('granted', id, { owner: id });
    await changeUser(state, id, { status: 'suspended' });
    const committed = performance.now();
    const late: string[] = [];
    let heard = false;
    for (let asked = 0; asked < 2500 || !heard; asked = performance.now() - committed) {
      const told = await reasons(id, { owner: id });
      // The last one hears nothing: it looks for itself, and is held to two seconds.
      if (asked > within(1000)) late.push(...told.slice(0, -1).filter((each) => each === 'granted'));
      if (asked > within(2000) || heard) late.push(...told.filter((each) => each === 'granted'));
      if (late.length > 0) break;
      heard = told.every((each) => each === 'suspended');
    }
    expect(late).toEqual([]);
  });

  test('a suspension with an end is over by the clock, though nobody writes it', async () => {
    const later = new Date(Date.now() + 3_600_000);
    const { id } = await planted([MERGE], { status: 'suspended', suspendedUntil: later });
    await all('suspended', id, { owner: id });
    const end = new Date(Date.now() + 1500);
    await changeUser(state, id, { suspended_until: end });
    await all('granted', id, { owner: id });
    expect(Date.now()).toBeGreaterThanOrEqual(end.getTime());
  });

  test('an address passes from one user to another with the yes that goes with it', async () => {
    const { id, email } = await planted([MERGE]);
    await all('granted', email, { owner: id });
    await changeUser(state, id, { email: 'old@orchard.example', email_key: `old-${id}@orchard.example` });
    const { packageId } = await planted([VIEW]);
    const replacement = await plantUser(state, { packageId, email });
    await all('not-granted', email, { owner: replacement });
    await all('granted', id, { owner: id });
  });
});

test('[DEC-5] random users, packages and questions: whoever is asked says the same, and what the rules say', async () => {
  const seed = chooseSeed(process.env['USERS_SEED']);
  const { pick, chance, whole } = seeded(seed);
  const roles: { id: string; grants: string[] }[] = [];
  for (const grants of [[MERGE], [VIEW], [MERGE, VIEW], []])
    roles.push({ id: await plantUserRole(state, grants), grants });
  const packages: { id: string; role: (typeof roles)[number] }[] = [];
  for (let n = 0; n < 4; n++) {
    const role = pick(roles);
    packages.push({ id: (await plantPackage(state, { roleId: role.id })).id, role });
  }
  const users: { id: string; of: (typeof packages)[number]; status: string }[] = [];
  for (let n = 0; n < 8; n++) {
    const of = pick(packages);
    // Of one at least it depends on what is asked.
    const status = n === 0 ? 'active' : pick(['active', 'active', 'active', 'suspended', 'closing'] as const);
    users.push({ id: await plantUser(state, { packageId: of.id, status }), of, status });
  }
  const expected = (user: (typeof users)[number], permission: string, { id, owner }: Asked) => {
    if (user.status === 'closing') return 'closed';
    if (user.status === 'suspended') return 'suspended';
    if (!user.of.role.grants.includes(permission)) return 'not-granted';
    return (owner === undefined ? id === '*' : owner === user.id) ? 'granted' : 'scope';
  };
  const met = new Map<string, number>();
  for (let step = 0; step < 12; step++) {
    const some = pick(packages);
    const user = pick(users);
    if (chance(0.5)) {
      some.role = pick(roles);
      await changePackage(state, some.id, { role_id: some.role.id });
    } else {
      user.of = pick(packages);
      await changeUser(state, user.id, { package_id: user.of.id });
    }
    for (let asked = 0; asked < 15; asked++) {
      const about = pick(users);
      const permission = pick([MERGE, VIEW]);
      const owner = pick([about.id, about.id, pick(users).id, undefined]);
      const question = { id: whole(0, 1) ? '17' : '*', ...(owner === undefined ? {} : { owner }) };
      const reason = expected(about, permission, question);
      await until(
        async () => (await reasons(about.id, question, permission)).every((each) => each === reason),
        `seed ${seed}: ${JSON.stringify({ about, permission, question })} is ${reason}`
      );
      met.set(reason, (met.get(reason) ?? 0) + 1);
    }
  }
  expect(met.size).toBeGreaterThan(2);
});

describe('[DEC-3] [DEC-7] what administrators are told of users', () => {
  test('why, what would help, who can, what and what changed; what nobody used', async () => {
    const { id, roleId } = await planted([MERGE]);
    await all('granted', id, { owner: id });
    const subject = { type: 'user', id };
    const asked = (name: string, resource: object = { type: LISTS }) => ({
      subject,
      action: { name },
      resource
    });
    const call = <T = unknown>(name: string, input: object) => app.owner.call<T>(name, input);
    expect(await call('access.evaluate', asked('merge'))).toMatchObject({
      decision: true,
      subject: { type: 'user', id, role: { id: roleId } }
    });
    expect(await call('access.evaluate', asked('view'))).toMatchObject({
      decision: false,
      reasons: [{ code: 'not-granted' }],
      remedies: [
        { kind: 'add', role: { id: roleId } },
        { kind: 'package', role: null, title: 'Give Orchard & Vine another package' }
      ]
    });
    expect(
      await call(
        'access.evaluate',
        asked('merge', { type: LISTS, id: '17', properties: { owner: randomUUID() } })
      )
    ).toMatchObject({ decision: false, reasons: [{ code: 'scope' }] });
    const who = {
      subject: { type: 'user' },
      action: { name: 'merge' },
      resource: { type: LISTS },
      limit: 200
    };
    const { items } = await call<{ items: { id: string }[] }>('access.who', who);
    expect(items.map((each) => each.id)).toContain(id);
    expect(await call('access.what', { subject })).toMatchObject({ permissions: [MERGE] });
    expect(await call('access.unused', { of: subject })).toMatchObject({
      held: 1,
      unused: expect.any(Array) as object
    });
    await until(
      async () =>
        (await state.sql`select 1 from permit_counts where principal_id = ${id} and kind = 'user'`).length >
        0,
      'its permits are counted'
    );
    expect(await call('access.unused', { of: subject })).toMatchObject({ unused: [] });
    expect(await call('access.unused', { of: { type: 'role', id: roleId } })).toMatchObject({ unused: [] });
    expect(await call('access.changes', { subject, since: 0 })).toMatchObject({
      subject: { type: 'user', id, name: 'Orchard & Vine' },
      held: { now: 1 }
    });
    await changeUser(state, id, { status: 'suspended' });
    await all('suspended', id, { owner: id });
    expect(await call('access.evaluate', asked('merge'))).toMatchObject({
      decision: false,
      remedies: [{ kind: 'reactivate', by: { total: 1 } }]
    });
  });
});
