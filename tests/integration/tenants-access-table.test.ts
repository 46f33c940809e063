import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { openState, type StateProbe } from '../support/state';
import { tenantsOf } from '../support/tenants';
import { plantUserRole } from '../support/users';

// Every procedure about users and packages × every kind of actor × users whom the actor dominates and those whom not.
// What is expected follows from the rules of the product, stated here a second time and in their own words; nothing is
// taken from the code under test.

/** Permission that only the stronger of the two kinds of users has. */
const BEYOND = 'audience.contacts.view';
const ALL = [
  ...['view', 'add', 'edit', 'set_ip_allowlist', 'activate', 'suspend', 'close', 'delete'].map(
    (id) => `users.${id}`
  ),
  ...['override_quota', 'bulk'].map((id) => `users.${id}`),
  ...['view', 'add', 'edit', 'delete', 'force_authentication'].map((id) => `packages.${id}`)
].map((id) => `tenants.${id}`);
const seen = Number.MAX_SAFE_INTEGER;

/** `lacks`: they are there for what takes this right, and nothing else. */
type Who = {
  kind: string;
  client: ApiClient;
  holds: Set<string> | 'nobody' | 'all';
  cap: number;
  lacks?: string;
};
type Target = { name: 'weaker' | 'stronger'; needs: string[]; packageId: string; roleId: string };
type Case = {
  path: string;
  takes: string[];
  input(target: Target): Promise<object> | object;
  /** It touches, or hands out, what the target’s users can do. */
  ranks: boolean;
  /** It hands out the package’s caps, of 1,000 a day. */
  gives?: boolean;
};

let app: TestConsole;
let state: StateProbe;
let make: ReturnType<typeof tenantsOf>;
const people: Who[] = [];
const targets: Target[] = [];

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  make = tenantsOf(app.owner, state);
  const roleOf = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  people.push({ kind: 'owner', client: app.owner, holds: 'all', cap: Infinity });
  const add = async (kind: string, permissions: string[], cap = Infinity) => {
    await state.forgetTries();
    const { client, id } = await app.person(`The ${kind}`, await roleOf(`As ${kind}`, permissions));
    if (cap < Infinity) await app.owner.call('administrators.update', { id, seen, caps: { daily: cap } });
    people.push({ kind, client, holds: new Set(permissions), cap });
    return { client, id };
  };
  const sue = await app.person('Sue Super', 'super_administrator');
  people.push({ kind: 'super administrator', client: sue.client, holds: 'all', cap: Infinity });
  await add('strong clerk', [...ALL, BEYOND]);
  await add('clerk', ALL);
  await add('capped clerk', [...ALL, BEYOND], 100);
  await add('viewer', ['tenants.users.view', 'tenants.packages.view']);
  // Each right alone is missing once.
  for (const id of ALL) {
    await add(
      `clerk without ${id.replace(/\W/g, ' ')}`,
      ALL.filter((each) => each !== id)
    );
    people.at(-1)!.lacks = id;
  }
  await add('one without rights', [BEYOND]);
  const left = await add('one who left', [...ALL, BEYOND]);
  await left.client.call('auth.signOut');
  const barred = await add('one who is suspended', [...ALL, BEYOND]);
  await app.owner.call('administrators.suspend', { id: barred.id });
  for (const who of people.slice(-2)) who.holds = 'nobody';
  people.push({ kind: 'anonymous', client: app.anonymous(), holds: 'nobody', cap: 0 });
  for (const [name, needs] of [
    ['weaker', []],
    ['stronger', [BEYOND]]
  ] as const) {
    const roleId = await plantUserRole(state, needs);
    const packageId = (
      await app.owner.call<{ id: string }>('packages.create', {
        name: `The ${name}`,
        roleId,
        caps: { daily: 1000 }
      })
    ).id;
    targets.push({ name, needs: [...needs], packageId, roleId });
  }
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const user = ({ packageId }: Target) => make.user(packageId);
const suspended = async (target: Target) => {
  const id = await user(target);
  await app.owner.call('users.suspend', { id, reason: 'x' });
  return id;
};
const U = (id: string) => `tenants.users.${id}`;
const P = (id: string) => `tenants.packages.${id}`;
const byId = async (target: Target, more: object = {}) => ({ id: await user(target), ...more });

const CASES: Case[] = [
  { path: 'users.list', takes: [U('view')], input: () => ({}), ranks: false },
  { path: 'users.get', takes: [U('view')], input: (target) => byId(target), ranks: false },
  { path: 'packages.list', takes: [P('view')], input: () => ({}), ranks: false },
  { path: 'packages.get', takes: [P('view')], input: ({ packageId }) => ({ id: packageId }), ranks: false },
  {
    path: 'packages.history',
    takes: [P('view')],
    input: ({ packageId }) => ({ id: packageId }),
    ranks: false
  },
  {
    ...{ path: 'users.create', takes: [U('add')], ranks: true, gives: true },
    input: ({ packageId }) => ({ name: 'New', email: make.address(), packageId })
  },
  {
    path: 'users.update',
    takes: [U('edit'), U('view')],
    input: (target) => byId(target, { seen, name: 'Other' }),
    ranks: true
  },
  {
    ...{ path: 'users.update', takes: [U('edit'), U('view')], ranks: true },
    input: (target) => byId(target, { seen, email: make.address() })
  },
  {
    ...{ path: 'users.update', takes: [U('edit'), U('view'), U('override_quota')], ranks: true },
    input: (target) => byId(target, { seen, timeZone: 'Asia/Tokyo' })
  },
  {
    ...{ path: 'users.update', takes: [U('edit'), U('view'), U('override_quota')], ranks: true },
    input: (target) => byId(target, { seen, caps: { daily: 10 } })
  },
  {
    ...{ path: 'users.update', takes: [U('edit'), U('view'), U('set_ip_allowlist')], ranks: true },
    input: (target) => byId(target, { seen, ipAllowlist: ['192.0.2.1'] })
  },
  {
    // Into the package, from one that gives nothing.
    ...{ path: 'users.update', takes: [U('edit'), U('view')], ranks: true, gives: true },
    input: async ({ packageId }) => ({ id: await make.user(await make.package()), seen, packageId })
  },
  {
    path: 'users.suspend',
    takes: [U('suspend')],
    input: (target) => byId(target, { reason: 'x' }),
    ranks: true
  },
  {
    ...{ path: 'users.reactivate', takes: [U('activate')], ranks: true },
    input: async (target) => ({ id: await suspended(target) })
  },
  { path: 'users.close', takes: [U('close')], input: (target) => byId(target, { reason: 'x' }), ranks: true },
  { path: 'users.delete', takes: [U('delete')], input: (target) => byId(target), ranks: true },
  {
    ...{ path: 'users.addSendingName', takes: [U('override_quota'), U('view')], ranks: true },
    input: (target) => byId(target, { name: make.login() })
  },
  {
    ...{ path: 'users.removeSendingName', takes: [U('override_quota')], ranks: true },
    input: (target) => byId(target, { name: 'whatever' })
  },
  {
    ...{ path: 'users.bulk', takes: [U('bulk'), U('suspend')], ranks: true },
    input: async (target) => ({ ids: [await user(target)], action: { kind: 'suspend', reason: 'x' } })
  },
  {
    ...{ path: 'users.import', takes: [U('add')], ranks: true, gives: true },
    input: ({ packageId }) => ({
      rows: [{ line: 2, name: 'R', email: make.address(), package: packageId }],
      dryRun: true
    })
  },
  {
    ...{ path: 'packages.create', takes: [P('add')], ranks: true },
    input: ({ roleId }) => ({
      name: make.login(),
      roleId,
      caps: { daily: 1, hourly: 1, monthly: 1, threads: 1 }
    })
  },
  {
    ...{ path: 'packages.update', takes: [P('edit')], ranks: true },
    input: async ({ roleId }) => ({ id: await packageOf(roleId), seen, name: make.login() })
  },
  {
    ...{ path: 'packages.update', takes: [P('edit'), P('force_authentication')], ranks: true },
    input: async ({ roleId }) => ({ id: await packageOf(roleId), seen, switches: { dkim: true } })
  },
  {
    ...{ path: 'packages.update', takes: [P('edit')], ranks: true },
    input: async ({ roleId }) => ({ id: await make.package(), seen, roleId })
  },
  {
    ...{ path: 'packages.delete', takes: [P('delete')], ranks: true },
    input: async ({ roleId }) => ({ id: await packageOf(roleId) })
  },
  {
    ...{ path: 'packages.delete', takes: [P('delete'), U('edit')], ranks: true, gives: true },
    input: async ({ packageId }) => {
      const id = await make.package();
      await make.user(id);
      return { id, replaceWith: packageId };
    }
  }
];
const packageOf = async (roleId: string) =>
  (await app.owner.call<{ id: string }>('packages.create', { name: make.login(), roleId })).id;

/** Answer expected by the rules: done, or the code of the refusal. */
function expected({ takes, ranks, gives = false }: Case, who: Who, target: Target): RegExp {
  if (who.holds === 'nobody') return /^auth\/signed-out$/;
  if (who.holds === 'all') return /^done$/;
  const { holds } = who;
  if (takes.some((id) => !holds.has(id))) return /^access\/permission-required$|^access\/not-/;
  if (ranks && target.needs.some((id) => !holds.has(id))) return /^access\/not-(held|dominated)$/;
  return gives && who.cap < 1000 ? /^access\/cap-above-own$/ : /^done$/;
}

/** All of it was done, or the code of what was not. */
function told(value: unknown): string {
  const { refused, results } = (value ?? {}) as {
    refused?: { code: string }[];
    results?: { refused: { code: string } | null }[];
  };
  return refused?.[0]?.code ?? results?.[0]?.refused?.code ?? 'done';
}

test('[ACC-1] [ACC-2] [ACC-4] [ACC-6] every kind of actor is answered as the rules say, and nothing else happens', async () => {
  const wrong: string[] = [];
  const size = { done: 0, refused: 0 };
  for (const each of CASES)
    for (const target of targets)
      for (const who of people) {
        if (who.lacks !== undefined && !each.takes.includes(who.lacks)) continue;
        const input = await each.input(target);
        const before = await state.changes.of(['users', 'packages', 'sending_names']);
        const result = await who.client.try(each.path, input);
        const code = result.refusal?.code ?? told(result.value);
        size[code === 'done' ? 'done' : 'refused'] += 1;
        const rule = expected(each, who, target);
        if (!rule.test(code))
          wrong.push(`${who.kind}: ${each.path} of the ${target.name}: ${code}, not ${rule}`);
        const after = await state.changes.of(['users', 'packages', 'sending_names']);
        if (code !== 'done' && before !== after)
          wrong.push(`${who.kind}: ${each.path} was refused and changed something`);
      }
  process.stdout.write(`users and packages: ${size.done} done, ${size.refused} refused\n`);
  expect(wrong).toEqual([]);
  expect(size.done).toBeGreaterThan(100);
});
