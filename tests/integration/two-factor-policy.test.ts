import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PersonSummary } from '../../src/lib/documents/cells';
import { peopleMap } from '../../src/lib/documents/list-docs';
import { NO_KEYS } from '../../src/lib/server/auth/no-keys';
import { NO_LOG_KEYS } from '../../src/lib/server/auth/log-key';
import { openConsole, type OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { remindTwoFactor } from '../../src/lib/server/services/credentials/remind-two-factor';
import type { ApiClient } from '../support/api-client';
import { enrol, startTestConsole, type TestConsole } from '../support/console';
import { openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { signedInUsers } from '../support/tenant-sign-in';

let app: TestConsole;
let state: StateProbe;
let open: OpenConsole;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  open = await openConsole({
    url: app.databaseUrl,
    pool: 2,
    name: 'rolecall test',
    catalogueFile: undefined,
    keyring: NO_KEYS,
    logKeys: NO_LOG_KEYS,
    origin: app.origin,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined }
  });
});
afterAll(async () => {
  await open.handle.close();
  await state.close();
  await app.stop();
});

const STEP = { code: 'auth/step-required', next: 'enrol-2fa' };
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const platform = async (twoFactor: object) =>
  app.owner.try('settings.update', { seen: Number.MAX_SAFE_INTEGER, twoFactor });

describe('[AUT-2] who asks for a second factor', () => {
  test('an administrator’s own record, at once: the next request and open sockets stop, nobody else’s', async () => {
    const asked = await app.person('Asked Alone', 'support');
    const other = await app.person('Other One', 'support');
    using socket = openReplica(asked.client, 'roles');
    using untouched = openReplica(other.client, 'roles');
    await until(() => socket.provider.synced && untouched.provider.synced, 'both read');
    await app.owner.call('administrators.require2fa', { id: asked.id, required: true });
    expect(await asked.client.refused('me.get')).toEqual(STEP);
    expect(await asked.client.refused('roles.list')).toEqual(STEP);
    await until(() => socket.closes.includes(4401), 'the socket closed');
    expect(untouched.closes).toEqual([]);
    expect((await other.client.try('me.get')).status).toBe(200);

    await enrol(asked.client);
    const me = await asked.client.call<{ twoFactor: object }>('me.get');
    expect(me.twoFactor).toMatchObject({ on: true, required: true, sources: ['administrator'], from: null });
    expect(await asked.client.refused('auth.disableTotp')).toEqual({
      code: 'auth/two-factor-required',
      sources: ['administrator']
    });
  });

  test('a role: all who hold it, and those who get it', async () => {
    const role = await app.owner.call<{ id: string; seq: number }>('roles.create', { name: 'Careful' });
    const holder = await app.person('Holder Here', role.id);
    await app.owner.call('roles.edit', { id: role.id, seen: role.seq, require2fa: true });
    expect(await holder.client.refused('me.get')).toEqual(STEP);
    const moved = await app.person('Moved Later', 'support');
    await app.owner.call('administrators.update', { id: moved.id, seen: 99, roleId: role.id });
    expect(await moved.client.refused('catalogue.get')).toEqual(STEP);
  });

  test('from a date on: nothing before it, and everybody sees who is behind', async () => {
    const soon = await app.person('Soon Asked', 'support');
    const from = inDays(3);
    await app.owner.call('administrators.require2fa', { id: soon.id, required: true, from });
    const me = await soon.client.call<{ twoFactor: object }>('me.get');
    expect(me.twoFactor).toMatchObject({ on: false, required: false, sources: ['administrator'], from });
    using list = openReplica(app.owner, 'people');
    await until(
      () =>
        summary(list.doc, soon.id)?.twoFactor === 'required' &&
        summary(list.doc, soon.id)?.twoFactorFrom === from,
      'the list shows it'
    );
    await state.audited(
      (tx) =>
        tx`update administrators set require_2fa_from = now() - interval '1 second' where id = ${soon.id}`
    );
    expect(await soon.client.refused('me.get')).toEqual(STEP);
  });

  test('reminders come a week and a day before the date, each once, and not to those who have one', async () => {
    const late = await app.person('Late Starter', 'support');
    const ready = await app.person('Ready Already', 'support');
    await enrol(ready.client);
    const from = inDays(6);
    for (const { id } of [late, ready])
      await app.owner.call('administrators.require2fa', { id, required: true, from });
    const told = async (id: string) =>
      (
        await state.sql`select 1 from notices where administrator_id = ${id} and data->>'by' is null
        and kind = 'two-factor-required'`
      ).length;
    await remindTwoFactor(open.deps);
    await remindTwoFactor(open.deps);
    expect([await told(late.id), await told(ready.id)]).toEqual([1, 0]);
    await remindTwoFactor(open.deps, new Date(Date.now() + 5.5 * 86_400_000));
    await remindTwoFactor(open.deps, new Date(Date.now() + 5.6 * 86_400_000));
    expect([await told(late.id), await told(ready.id)]).toEqual([2, 0]);
    const { notices } = await late.client.call<{ notices: { kind: string; data: object }[] }>('me.get');
    expect(notices[0]).toMatchObject({ kind: 'two-factor-required', data: { from } });
  });
});

test('[AUT-2] [TEN-1] users are reminded as administrators are, by a date of their own or of their role', async () => {
  const people = signedInUsers(app, state);
  const [own, byRole, neither] = [await people.user(), await people.user(), await people.user()];
  const from = inDays(6);
  await app.owner.call('users.require2fa', { id: own.id, required: true, from });
  const [has] = await state.sql<{ roleId: string; seq: number }[]>`select r.id as "roleId", r.seq from roles r
    join packages p on p.role_id = r.id where p.id = ${byRole.packageId}`;
  await app.owner.call('userRoles.edit', {
    ...{ id: has!.roleId, seen: Number(has!.seq), require2fa: true, require2faFrom: from }
  });
  await remindTwoFactor(open.deps);
  await remindTwoFactor(open.deps);
  const reminders = async ({ client }: { client: ApiClient }) =>
    (
      await client.call<{ notices: { kind: string; data: { by: string | null } }[] }>('me.get')
    ).notices.filter(({ kind, data }) => kind === 'two-factor-required' && data.by === null);
  expect(await reminders(own)).toMatchObject([{ data: { from } }]);
  expect(await reminders(byRole)).toMatchObject([{ data: { from } }]);
  expect(await reminders(neither)).toEqual([]);
});

describe('[AUT-2] [ACC-5] asking everybody locks nobody out', () => {
  test('refused to somebody who has none, and when no usable Super Administrator would be left', async () => {
    const before = await state.rows();
    const refused = await platform({ required: true });
    expect(refused.refusal ?? refused.value).toMatchObject(
      refused.refusal
        ? { code: 'auth/two-factor-required' }
        : { refused: [{ code: 'auth/two-factor-required', field: 'twoFactor.required' }] }
    );
    expect(await state.rows()).toBe(before);
    expect(await state.sql`select 1 from settings where section = 'twoFactor'`).toHaveLength(0);
    // The database says the same when it is asked past the rules.
    const past = state.audited(
      (tx) => tx`insert into settings values ('twoFactor', '{"required": true, "from": null}', 1, 'x', now())`
    );
    await expect(past).rejects.toMatchObject({ code: 'RC001' });
    expect(await app.owner.refused('administrators.require2fa', { id: app.ownerId, required: true })).toEqual(
      { code: 'access/last-super' }
    );
  });

  test('with one who has: in force for all who are signed in, at once', async () => {
    const member = await app.person('Member Of Staff', 'support');
    await enrol(app.owner);
    expect((await platform({ required: true })).status).toBe(200);
    expect(await member.client.refused('me.get')).toEqual(STEP);
    expect((await app.owner.try('me.get')).status).toBe(200);
    expect(await app.owner.refused('auth.disableTotp')).toEqual({
      code: 'auth/two-factor-required',
      sources: ['platform']
    });
    expect((await platform({ required: false })).status).toBe(200);
    expect((await member.client.try('me.get')).status).toBe(200);
  });
});

function summary(doc: Parameters<typeof peopleMap>[0], id: string): PersonSummary | undefined {
  return peopleMap(doc).get(id);
}
