import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client';
import { entriesSince, momentOf } from '../support/accounts';
import {
  enrol,
  INITIAL_PASSWORD,
  startTestConsole,
  type TestConsole,
  type TestPerson
} from '../support/console';
import { openState, type StateProbe } from '../support/state';

// An activation secret is worth what its account is worth when it is used: everybody who knows it is judged then.

const SUPER = 'super_administrator';
const RIGHTS = /^(people\.(administrators|credentials|roles|invitations|self)|quotas\.admin_quota)\./;
const BEYOND = 'audience.contacts.view';
const seen = Number.MAX_SAFE_INTEGER;

let app: TestConsole;
let state: StateProbe;
let lead: TestPerson;
let leads: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'admin' });
  leads = await makeRole(permissions.filter((id) => RIGHTS.test(id)));
  lead = await app.person('Lea Lead', leads);
});
beforeEach(() => state.forgetTries());
afterAll(async () => {
  await state.close();
  await app.stop();
});

let made = 0;
const makeRole = async (permissions: string[]) =>
  (await app.owner.call<{ id: string }>('roles.create', { name: `Role ${++made}`, permissions })).id;

type Way = 'password' | 'invitation' | 'repeated' | 'import' | 'reset link' | 'reset password';
type Secret = { id: string; email: string; roleId: string; token: string | null };
type Added = { id: string; link: string | null };

/** Somebody with an empty role of their own, whose open secret `by` knows. */
async function secretOf(way: Way, by: ApiClient = lead.client, roleId?: string): Promise<Secret> {
  const name = `Fresh ${++made}`;
  const email = `fresh.${made}@northwind.example`;
  const role = roleId ?? (await makeRole([]));
  const person = { name, email, roleId: role };
  const token = (link: string | null) => (link === null ? null : link.split('#')[1]!);
  if (way === 'password') {
    const { id } = await by.call<Added>('administrators.create', { ...person, password: INITIAL_PASSWORD });
    return { id, email, roleId: role, token: null };
  }
  if (way === 'invitation' || way === 'repeated') {
    const input = { op: randomUUID(), ...person, invite: true };
    const first = await by.call<Added>('administrators.create', input);
    const { id, link } = way === 'invitation' ? first : await by.call<Added>('administrators.create', input);
    return { id, email, roleId: role, token: token(link) };
  }
  if (way === 'import') {
    const rows = [{ line: 2, name, email, role }];
    const { results } = await by.call<{ results: Added[] }>('administrators.import', { rows });
    return { id: results[0]!.id, email, roleId: role, token: token(results[0]!.link) };
  }
  const { id } = await app.person(name, role);
  const reset = { id, ...(way === 'reset password' ? { password: INITIAL_PASSWORD } : {}) };
  const { link } = await by.call<Added>('administrators.resetPassword', reset);
  return { id, email, roleId: role, token: token(link) };
}

const CHOSEN = 'a sentence that its own person chose';

/** Uses a secret as far as it goes: what the account can do then, or why nothing. */
async function use({ email, token }: Secret): Promise<string> {
  const client = app.anonymous();
  await state.forgetTries();
  if (token !== null) {
    const read = await client.try('auth.readInvitation', { token });
    const used = await client.try('auth.acceptInvitation', { token, password: CHOSEN });
    // Whoever may not use it does not learn whose it is.
    expect(read.status === 200).toBe(used.status === 200);
    return used.refusal?.code ?? (used.status === 200 ? 'in' : String(used.status));
  }
  const signedIn = await client.try('auth.signIn', { email, password: INITIAL_PASSWORD });
  if (signedIn.status !== 200) return signedIn.refusal!.code;
  const changed = await client.try('auth.changePassword', { password: CHOSEN });
  return changed.refusal?.code ?? 'in';
}

const refusedAs = ({ token }: Secret) => (token === null ? 'auth/wrong-credentials' : 'auth/invitation');
const raise = (id: string, roleId: string) =>
  app.owner.call<{ needsNewLink: boolean }>('administrators.update', { id, seen, roleId });
const voidOf = async (id: string, client = app.owner) =>
  (
    await client.call<{ activationVoid: { why: string; by: string | null } | null }>('administrators.get', {
      id
    })
  ).activationVoid;

const WAYS: Way[] = ['password', 'invitation', 'repeated', 'import', 'reset link', 'reset password'];

describe.each(WAYS)('[ACC-2] a secret that a weaker person knows (%s)', (way) => {
  test('opens the account as long as they dominate it', async () => {
    expect(await use(await secretOf(way))).toBe('in');
  });

  test('opens nothing once the account was raised', async () => {
    const secret = await secretOf(way);
    expect(await raise(secret.id, SUPER)).toMatchObject({ needsNewLink: true });
    expect(await voidOf(secret.id)).toEqual({ why: 'maker-weaker', by: 'Lea Lead' });
    const before = await momentOf(state);
    expect(await use(secret)).toBe(refusedAs(secret));
    const entries = await entriesSince(state, before);
    const reasons = entries
      .filter(({ action }) => action === 'auth.sign_in_failed' || action === 'auth.invitation_refused')
      .map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['activation-void']));
  });

  test('[ROL-13] opens nothing once its role was widened', async () => {
    const secret = await secretOf(way);
    const { needNewLink } = await app.owner.call<{ needNewLink: number }>('roles.edit', {
      id: secret.roleId,
      seen,
      grant: [BEYOND]
    });
    expect(needNewLink).toBe(1);
    expect(await use(secret)).toBe(refusedAs(secret));
    // Narrowed again it is what its maker could have given.
    await app.owner.call('roles.edit', { id: secret.roleId, seen, revoke: [BEYOND] });
    expect(await use(secret)).toBe('in');
  });

  test('opens nothing once its maker may do less', async () => {
    const role = await makeRole([]);
    await app.owner.call('roles.edit', { id: leads, seen, grant: [BEYOND] });
    await app.owner.call('roles.edit', { id: role, seen, grant: [BEYOND] });
    const secret = await secretOf(way, lead.client, role);
    await app.owner.call('roles.edit', { id: leads, seen, revoke: [BEYOND] });
    expect(await use(secret)).toBe(refusedAs(secret));
  });
});

test('[ADM-8] what a leaver made ends with them, and stays so when they come back', async () => {
  const other = await app.person('Lou Leaver', leads);
  const [first, second] = [
    await secretOf('invitation', other.client),
    await secretOf('password', other.client)
  ];
  const count = async () =>
    (await app.owner.call<{ secretsMade: number }>('administrators.get', { id: other.id })).secretsMade;
  expect(await count()).toBe(2);
  await app.owner.call('administrators.suspend', { id: other.id });
  expect(await use(first)).toBe('auth/invitation');
  expect(await use(second)).toBe('auth/wrong-credentials');
  expect(await voidOf(first.id)).toEqual({ why: 'maker-gone', by: 'Lou Leaver' });
  await app.owner.call('administrators.reactivate', { id: other.id });
  expect(await use(first)).toBe('auth/invitation');
  await app.owner.call('administrators.delete', { id: other.id, hard: true });
  expect(await use(first)).toBe('auth/invitation');
  expect(await voidOf(first.id)).toEqual({ why: 'unknown-maker', by: null });
});

test('[ACC-2] a sign-in that was begun before the account was raised goes no further', async () => {
  const secret = await secretOf('password');
  const client = app.anonymous();
  const { next } = await client.call<{ next: string }>('auth.signIn', {
    email: secret.email,
    password: INITIAL_PASSWORD
  });
  expect(next).toBe('change-password');
  await raise(secret.id, SUPER);
  expect((await client.refused('auth.changePassword', { password: CHOSEN })).code).toBe('auth/signed-out');
  const [row] = await state.sql<{ n: number }[]>`
    select count(*)::int as n from sessions where administrator_id = ${secret.id}`;
  expect(row!.n).toBe(0);
});

test('[AUT-1] nor past the second factor of somebody who was reset', async () => {
  const person = await app.person('Tova Twofold', 'admin');
  if (person.totpSecret === null) await enrol(person.client);
  const ada = await app.person('Ada Admin', 'admin');
  await ada.client.call('administrators.resetPassword', { id: person.id, password: INITIAL_PASSWORD });
  const client = app.anonymous();
  await client.call('auth.signIn', { email: person.email, password: INITIAL_PASSWORD });
  await raise(person.id, SUPER);
  const code = '000000';
  expect((await client.refused('auth.totp', { code })).code).toBe('auth/signed-out');
});

test('[ADM-5] a new link by whoever may give it opens the account; a password of one’s own is never concerned', async () => {
  const secret = await secretOf('invitation');
  await raise(secret.id, SUPER);
  const { link } = await app.owner.call<Added>('administrators.resetPassword', { id: secret.id });
  expect(await use(secret)).toBe('auth/invitation');
  expect(await use({ ...secret, token: link!.split('#')[1]! })).toBe('in');
  const own = await secretOf('password');
  expect(await use(own)).toBe('in');
  await raise(own.id, SUPER);
  const { next } = await app
    .anonymous()
    .call<{ next: string }>('auth.signIn', { email: own.email, password: CHOSEN });
  expect(next).not.toBe('change-password');
});

test('[ADM-10] [ROL-8] whoever raises many is told who needs a new link', async () => {
  const [first, second] = [await secretOf('invitation'), await secretOf('password')];
  const active = await app.person('Astrid Active', await makeRole([]));
  const { results } = await app.owner.call<{ results: { id: string; needsNewLink: boolean }[] }>(
    'administrators.bulk',
    { ids: [first.id, active.id], action: { kind: 'assignRole', roleId: 'admin' } }
  );
  expect(results.map(({ needsNewLink }) => needsNewLink)).toEqual([true, false]);
  const deleted = await app.owner.call('roles.delete', { id: second.roleId, reassignTo: 'admin' });
  expect(deleted).toEqual({ reassigned: 1, needNewLink: 1 });
});

test('why a link is void is told to those who may make another, and to nobody else', async () => {
  const secret = await secretOf('invitation');
  await raise(secret.id, SUPER);
  expect(await voidOf(secret.id, lead.client)).toBeNull();
});

test('[OWN-3] the owner is told once of each void secret that somebody came with', async () => {
  const secret = await secretOf('invitation');
  await raise(secret.id, SUPER);
  await use(secret);
  await use(secret);
  const { notices } = await app.owner.call<{ notices: { kind: string; data: { name: string } }[] }>('me.get');
  const { name } = await app.owner.call<{ name: string }>('administrators.get', { id: secret.id });
  expect(notices.filter(({ kind, data }) => kind === 'activation-void' && data.name === name)).toHaveLength(
    1
  );
});
