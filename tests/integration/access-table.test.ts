import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import type { ApiClient, Result } from '../support/api-client';
import { plantPackage, plantUser } from '../support/packages';
import { openState, type StateProbe } from '../support/state';

// Every procedure that changes authority × every kind of actor. What is expected follows from the rules of the product,
// stated here a second time and in their own words; nothing is taken from the code under test.

const EDIT_RIGHTS = [
  'people.roles.view',
  'people.roles.add',
  'people.roles.edit',
  'people.roles.delete',
  'people.roles.clone',
  'people.roles.assign',
  'people.roles.require_2fa',
  'people.administrators.view',
  'people.administrators.add',
  'tenants.user_roles.view',
  'tenants.user_roles.add',
  'tenants.user_roles.edit',
  'tenants.user_roles.delete'
];
const HELD = 'people.roles.view';
const WEAK = [...EDIT_RIGHTS];
const STRONG = [...EDIT_RIGHTS, 'audience.contacts.view', 'quotas.admin_quota.set', 'tenants.packages.edit'];
const BEYOND = 'audience.contacts.view';

type Who = {
  kind: string;
  client: ApiClient;
  owner: boolean;
  /** Permissions of the person; null for somebody who is not there as far as the server knows. */
  holds: Set<string> | null;
  roleId: string;
};
const KINDS = [
  'owner',
  'super administrator',
  'admin',
  'strong editor',
  'weak editor',
  'editor without assigning',
  'support',
  'without rights',
  'anonymous',
  'signed out',
  'suspended'
] as const;

let app: TestConsole;
let state: StateProbe;
let ownerOnly: string;
/** A role held by somebody who has more than a weak editor. */
let strongRole: string;
const people = new Map<string, Who>();
const size = { cases: 0, allowed: 0, refused: 0 };

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const catalogue = await app.owner.call<{
    areas: { groups: { actions: { id: string; ownerOnly?: boolean }[] }[] }[];
  }>('catalogue.get');
  const actions = catalogue.areas.flatMap((area) => area.groups.flatMap((group) => group.actions));
  ownerOnly = actions.find((action) => action.ownerOnly)!.id;
  const make = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;

  strongRole = await make('Strong editors', STRONG);
  const roles: Record<string, string> = {
    'super administrator': 'super_administrator',
    admin: 'admin',
    'strong editor': strongRole,
    'weak editor': await make('Weak editors', WEAK),
    'editor without assigning': await make(
      'No assigning',
      WEAK.filter((id) => id !== 'people.roles.assign')
    ),
    support: 'support',
    'without rights': await make('Nothing', []),
    'signed out': await make('Left', STRONG),
    suspended: await make('Suspended', STRONG)
  };
  const all = actions.map((action) => action.id);
  people.set('owner', {
    kind: 'owner',
    client: app.owner,
    owner: true,
    holds: new Set(all),
    roleId: 'super_administrator'
  });
  people.set('anonymous', {
    kind: 'anonymous',
    client: app.anonymous(),
    owner: false,
    holds: null,
    roleId: ''
  });
  for (const [kind, roleId] of Object.entries(roles)) {
    const { client, id } = await app.person(`Person ${kind}`, roleId);
    const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id: roleId });
    let holds: Set<string> | null = new Set(permissions);
    for (const action of actions) if (action.ownerOnly) holds.delete(action.id);
    if (kind === 'signed out') {
      const { cookie } = client;
      await client.call('auth.signOut');
      client.cookie = cookie;
      holds = null;
    }
    if (kind === 'suspended') {
      await state.audited((tx) => tx`update administrators set status = 'suspended' where id = ${id}`);
      holds = null;
    }
    people.set(kind, { kind, client, owner: false, holds, roleId });
  }
});
afterAll(async () => {
  process.stdout.write(
    `access table: ${size.cases} cases (${KINDS.length} actors), ${size.allowed} allowed, ${size.refused} refused\n`
  );
  await state.close();
  await app.stop();
});

/** Verdict of a rule: fine, a refusal of the whole, or a refusal of a part of an edit. */
type Verdict = 'fine' | { whole: string } | { part: string };

// The rules.
const needs = (who: Who, permission: string): Verdict | null =>
  who.holds === null
    ? { whole: 'auth/signed-out' }
    : who.holds.has(permission)
      ? null
      : { whole: 'access/permission-required' };
/** ACC-1 */
const holdsAll = (who: Who, permissions: string[]): Verdict | null =>
  who.owner || permissions.every((id) => who.holds!.has(id)) ? null : { whole: 'access/not-held' };
/** ACC-2, for people who are not the owner. */
const dominates = (who: Who, permissions: string[]): boolean => permissions.every((id) => who.holds!.has(id));

type Case = {
  procedure: string;
  name: string;
  /** Makes what the case is about and returns the input. */
  input: (who: Who) => Promise<object>;
  rule: (who: Who) => Verdict;
};

let made = 0;
/** A role of its own for a case, by the owner. */
async function freshRole(permissions: string[]): Promise<string> {
  const { id } = await app.owner.call<{ id: string }>('roles.create', {
    name: `Case ${++made}`,
    permissions
  });
  return id;
}
/** A role with a member who never signs in. */
async function heldRole(permissions: string[]): Promise<string> {
  const id = await freshRole(permissions);
  await state.audited(
    (tx) => tx`insert into administrators (id, name, email, email_key, password_hash, role_id, caps)
      values (gen_random_uuid(), 'Member', ${id}, ${id}, '', ${id}, '{}')`
  );
  return id;
}
/** A role of users for a case, by the owner. */
async function userRole(permissions: string[]): Promise<string> {
  const { id } = await app.owner.call<{ id: string }>('userRoles.create', {
    name: `Case ${++made}`,
    permissions
  });
  return id;
}
/** One that a user has by their package. */
async function usedRole(permissions: string[]): Promise<string> {
  const id = await userRole(permissions);
  await plantUser(state, await plantPackage(state, id), `Client ${++made}`);
  return id;
}
/** A version that has seen everything. */
const seen = Number.MAX_SAFE_INTEGER;

const create = (name: string, permissions: () => string[]): Case => ({
  procedure: 'roles.create',
  name,
  input: async () => ({ name: `New ${++made}`, permissions: permissions() }),
  rule: (who) => needs(who, 'people.roles.add') ?? holdsAll(who, permissions()) ?? 'fine'
});
const clone = (name: string, source: () => Promise<string>, permissions: () => string[]): Case => ({
  procedure: 'roles.create',
  name,
  input: async () => ({ name: `Copy ${++made}`, from: await source() }),
  rule: (who) =>
    needs(who, 'people.roles.add') ??
    needs(who, 'people.roles.clone') ??
    holdsAll(who, permissions()) ??
    'fine'
});
const edit = (name: string, input: (who: Who) => Promise<object>, rule: (who: Who) => Verdict): Case => ({
  procedure: 'roles.edit',
  name,
  input,
  rule: (who) => needs(who, 'people.roles.edit') ?? rule(who)
});
const remove = (name: string, input: (who: Who) => Promise<object>, rule: (who: Who) => Verdict): Case => ({
  procedure: 'roles.delete',
  name,
  input,
  rule: (who) => needs(who, 'people.roles.delete') ?? rule(who)
});
const add = (name: string, extra: (who: Who) => Promise<object>, rule: (who: Who) => Verdict): Case => ({
  procedure: 'administrators.create',
  name,
  input: async (who) => ({
    name: `Somebody ${++made}`,
    email: `somebody.${made}@northwind.example`,
    password: PASSWORD,
    ...(await extra(who))
  }),
  rule: (who) => needs(who, 'people.administrators.add') ?? needs(who, 'people.roles.assign') ?? rule(who)
});
/** Case on roles of users: with rights of its own, and the same rules (TEN-4). */
const ofUsers = (
  leaf: 'create' | 'edit' | 'delete',
  name: string,
  input: (who: Who) => Promise<object>,
  rule: (who: Who) => Verdict
): Case => ({
  procedure: `userRoles.${leaf}`,
  name,
  input,
  rule: (who) => needs(who, `tenants.user_roles.${leaf === 'create' ? 'add' : leaf}`) ?? rule(who)
});

const ownRole = (who: Who) => (who.roleId === '' ? 'support' : who.roleId);
const isLocked = (who: Who) => who.roleId === 'super_administrator';

const CASES: Case[] = [
  create('from nothing', () => []),
  create('with a permission that editors hold', () => [HELD]),
  create('with a permission beyond some', () => [HELD, BEYOND]),
  create('with what only the owner may', () => [ownerOnly]),
  clone(
    'a copy of a weak role',
    () => freshRole([HELD]),
    () => [HELD]
  ),
  clone(
    'a copy of a strong role',
    async () => strongRole,
    () => STRONG
  ),
  clone(
    'a copy with what only the owner may',
    () => freshRole([ownerOnly]),
    () => [ownerOnly]
  ),

  edit(
    'grants what editors hold',
    async () => ({ id: await freshRole([]), seen, grant: [HELD] }),
    (who) => (holdsAll(who, [HELD]) ? { part: 'access/not-held' } : 'fine')
  ),
  edit(
    'grants what is beyond some',
    async () => ({ id: await freshRole([]), seen, grant: [BEYOND] }),
    (who) => (holdsAll(who, [BEYOND]) ? { part: 'access/not-held' } : 'fine')
  ),
  edit(
    'grants what only the owner may',
    async () => ({ id: await freshRole([]), seen, grant: [ownerOnly] }),
    (who) => (who.owner ? 'fine' : { part: 'access/not-held' })
  ),
  edit(
    'revokes in a role that nobody holds',
    async () => ({ id: await freshRole([BEYOND]), seen, revoke: [BEYOND] }),
    () => 'fine'
  ),
  edit(
    'revokes in a role held by somebody strong',
    async () => ({ id: await heldRole(STRONG), seen, revoke: [HELD] }),
    (who) => (dominates(who, STRONG) ? 'fine' : { whole: 'access/not-dominated' })
  ),
  edit(
    'renames a role held by somebody weak',
    async () => ({ id: await heldRole([HELD]), seen, name: `Renamed ${++made}` }),
    (who) => (dominates(who, [HELD]) ? 'fine' : { whole: 'access/not-dominated' })
  ),
  edit(
    'asks for two factors',
    async () => ({ id: await freshRole([]), seen, require2fa: true }),
    (who) => (needs(who, 'people.roles.require_2fa') ? { part: 'access/permission-required' } : 'fine')
  ),
  edit(
    'widens the role one holds',
    async (who) => ({ id: ownRole(who), seen, grant: [ownerOnly] }),
    (who) => (isLocked(who) ? { whole: 'access/locked' } : { part: 'access/not-held' })
  ),
  edit(
    'narrows the role one holds',
    async (who) => ({ id: ownRole(who), seen, revoke: ['audience.contacts.export'] }),
    (who) =>
      isLocked(who)
        ? { whole: 'access/locked' }
        : who.holds!.has('audience.contacts.export')
          ? 'fine'
          : { part: 'nothing-to-do' }
  ),
  edit(
    'touches the locked role',
    async () => ({ id: 'super_administrator', seen, revoke: [HELD] }),
    () => ({ whole: 'access/locked' })
  ),
  edit(
    'edits no role',
    async () => ({ id: 'no-such-role', seen, grant: [HELD] }),
    () => ({ whole: 'not-found' })
  ),

  remove(
    'a role without members',
    async () => ({ id: await freshRole([BEYOND]) }),
    () => 'fine'
  ),
  remove(
    'a role with members, without a replacement',
    async () => ({ id: await heldRole([HELD]) }),
    (who) => (dominates(who, [HELD]) ? { whole: 'conflict/in-use' } : { whole: 'access/not-dominated' })
  ),
  remove(
    'a role with members, to a replacement of the same strength',
    async () => ({ id: await heldRole([HELD]), reassignTo: await freshRole([HELD]) }),
    (who) => needs(who, 'people.roles.assign') ?? 'fine'
  ),
  remove(
    'a role with members, to a stronger replacement',
    async () => ({ id: await heldRole([HELD]), reassignTo: strongRole }),
    (who) => needs(who, 'people.roles.assign') ?? holdsAll(who, STRONG) ?? 'fine'
  ),
  remove(
    'a role with members, to Super Administrator',
    async () => ({ id: await heldRole([HELD]), reassignTo: 'super_administrator' }),
    (who) =>
      needs(who, 'people.roles.assign') ??
      (who.roleId === 'super_administrator' ? 'fine' : { whole: 'access/not-held' })
  ),
  remove(
    'a role to itself',
    async () => {
      const id = await heldRole([HELD]);
      return { id, reassignTo: id };
    },
    () => ({ whole: 'input/invalid' })
  ),
  remove(
    'a role held by somebody strong',
    async () => ({ id: await heldRole(STRONG), reassignTo: await freshRole([]) }),
    (who) =>
      dominates(who, STRONG)
        ? (needs(who, 'people.roles.assign') ?? 'fine')
        : { whole: 'access/not-dominated' }
  ),
  remove(
    'the role one holds',
    async (who) => ({ id: ownRole(who), reassignTo: 'support' }),
    (who) => ({ whole: isLocked(who) ? 'access/locked' : 'access/self' })
  ),
  remove(
    'no role',
    async () => ({ id: 'no-such-role' }),
    () => ({ whole: 'not-found' })
  ),

  add(
    'with a role that holds little',
    async () => ({ roleId: await freshRole([HELD]) }),
    (who) => holdsAll(who, [HELD]) ?? 'fine'
  ),
  add(
    'with a strong role',
    async () => ({ roleId: strongRole }),
    (who) => holdsAll(who, STRONG) ?? 'fine'
  ),
  add(
    'as Super Administrator',
    async () => ({ roleId: 'super_administrator' }),
    (who) => (who.roleId === 'super_administrator' ? 'fine' : { whole: 'access/not-held' })
  ),
  add(
    'with a role that does not exist',
    async () => ({ roleId: 'no-such-role' }),
    () => ({ whole: 'not-found' })
  ),
  add(
    'with caps',
    async () => ({ roleId: await freshRole([]), caps: { daily: 5000 } }),
    (who) => needs(who, 'quotas.admin_quota.set') ?? 'fine'
  ),
  add(
    'with caps that all inherit',
    async () => ({ roleId: await freshRole([]), caps: { daily: 'inherit', hourly: 'inherit' } }),
    () => 'fine'
  ),
  add(
    'with a role of users',
    async () => ({ roleId: await userRole([]) }),
    () => ({ whole: 'not-found' })
  ),

  ofUsers(
    'create',
    'from nothing',
    async () => ({ name: `New ${++made}` }),
    () => 'fine'
  ),
  ofUsers(
    'create',
    'with a permission beyond some',
    async () => ({ name: `New ${++made}`, permissions: [BEYOND] }),
    (who) => holdsAll(who, [BEYOND]) ?? 'fine'
  ),
  ofUsers(
    'create',
    'with a permission that is not for users',
    async () => ({ name: `New ${++made}`, permissions: [HELD] }),
    () => ({ whole: 'input/not-for-users' })
  ),
  ofUsers(
    'create',
    'a copy of a role of administrators',
    async () => ({ name: `Copy ${++made}`, from: await freshRole([]) }),
    () => ({ whole: 'not-found' })
  ),
  ofUsers(
    'edit',
    'grants what is beyond some',
    async () => ({ id: await userRole([]), seen, grant: [BEYOND] }),
    (who) => (holdsAll(who, [BEYOND]) ? { part: 'access/not-held' } : 'fine')
  ),
  ofUsers(
    'edit',
    'grants what is not for users',
    async () => ({ id: await userRole([]), seen, grant: [ownerOnly] }),
    () => ({ part: 'input/not-for-users' })
  ),
  ofUsers(
    'edit',
    'renames one that users have who may do more than some',
    async () => ({ id: await usedRole([BEYOND]), seen, name: `Renamed ${++made}` }),
    (who) => (dominates(who, [BEYOND]) ? 'fine' : { whole: 'access/not-dominated' })
  ),
  ofUsers(
    'edit',
    'edits a role of administrators',
    async () => ({ id: await freshRole([]), seen, grant: [BEYOND] }),
    () => ({ whole: 'not-found' })
  ),
  ofUsers(
    'delete',
    'one that no package has',
    async () => ({ id: await userRole([BEYOND]) }),
    () => 'fine'
  ),
  ofUsers(
    'delete',
    'one that a package has, without another',
    async () => ({ id: await usedRole([]) }),
    () => ({ whole: 'conflict/in-use' })
  ),
  ofUsers(
    'delete',
    'one that a package has, in favour of a stronger one',
    async () => ({ id: await usedRole([]), reassignTo: await userRole([BEYOND]) }),
    (who) => needs(who, 'tenants.packages.edit') ?? holdsAll(who, [BEYOND]) ?? 'fine'
  ),
  ofUsers(
    'delete',
    'one that a package has, in favour of one of administrators',
    async () => ({ id: await usedRole([]), reassignTo: await freshRole([]) }),
    () => ({ whole: 'not-found' })
  )
];

describe.each(CASES.map((each) => [`${each.procedure} ${each.name}`, each] as const))('%s', (_, each) => {
  test.each(KINDS)('[ACC-1] [ACC-2] [ACC-3] [ACC-4] by %s', async (kind) => {
    const who = people.get(kind)!;
    const input = await each.input(who);
    const verdict = each.rule(who);
    await state.forgetDenials();
    const rows = await state.rows();
    const denied = await state.entries('access.denied');
    const clocks = verdict === 'fine' ? {} : await state.clocks();
    const result = await who.client.try<{ refused?: { code: string }[]; applied?: object }>(
      each.procedure,
      input
    );

    size.cases += 1;
    if (verdict === 'fine') {
      size.allowed += 1;
      expect({ status: result.status, refused: result.value?.refused ?? [] }, result.body).toEqual({
        status: 200,
        refused: []
      });
      expect(await state.rows()).not.toBe(rows);
      return;
    }
    size.refused += 1;
    expect(refusalOf(result), result.body).toEqual(verdict);
    // Nothing happened but that it was noted: by whom, where it is known who.
    expect(await state.rows()).toBe(rows);
    expect(await state.clocks()).toEqual(clocks);
    // What is merely impossible is no matter of authority, and no event.
    const code = 'whole' in verdict ? verdict.whole : verdict.part;
    const noted = who.holds !== null && code.startsWith('access/');
    expect((await state.entries('access.denied')) - denied).toBe(noted ? 1 : 0);
    if (!noted) return;
    const [entry] =
      await state.sql`select doc from audit.entry where doc->>'action' = 'access.denied' order by n desc limit 1`;
    expect(entry!['doc']).toMatchObject({
      outcome: 'denied',
      reason: code,
      actor: { name: kind === 'owner' ? 'Maya Lindqvist' : `Person ${kind}` }
    });
  });
});

function refusalOf(result: Result<{ refused?: { code: string }[] }>): Verdict {
  if (result.refusal) return { whole: result.refusal.code };
  const parts = result.value?.refused ?? [];
  return parts.length === 0 ? { part: 'nothing-to-do' } : { part: parts.map((part) => part.code).join(', ') };
}
