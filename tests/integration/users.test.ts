import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userPartText } from '../../src/lib/protocol/import-part';
import type { UserDetail, UserPage } from '../../src/lib/server/services/users/user-answers';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { openState, type StateProbe } from '../support/state';
import { until } from '../support/replica';
import { tenantsOf } from '../support/tenants';

// Users through the console: who they are, their package, their own caps and counts, their addresses and sending names.

const SEND = 'audience.contacts.view';
const seen = 1_000_000;

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let make: ReturnType<typeof tenantsOf>;
/** May do all there is to users, and holds nothing of what users do. */
let clerk: TestPerson;
/** The same, with a daily cap of 100. */
let capped: TestPerson;
/** Sees users and changes who they are, nothing else. */
let editor: TestPerson;

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  second.owner.cookie = app.owner.cookie;
  state = openState(app.databaseUrl);
  make = tenantsOf(app.owner, state);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'admin' });
  const clerks = await role(
    'Clerks',
    permissions.filter((id) => id.startsWith('tenants.'))
  );
  clerk = await app.person('Cleo Clerk', clerks);
  capped = await app.person('Carl Capped', clerks);
  await app.owner.call('administrators.update', { id: capped.id, seen, caps: { daily: 100 } });
  editor = await app.person(
    'Edna Editor',
    await role('Editors', ['tenants.users.view', 'tenants.users.edit'])
  );
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

const get = (id: string) => app.owner.call<UserDetail>('users.get', { id });
const codes = async (asked: Promise<{ refusal?: { code: string } | null }>[]) =>
  (await Promise.all(asked)).map(({ refusal }) => refusal?.code ?? 'done').sort();

describe('[TEN-1] a user', () => {
  test('a user is made with a package, told with what is in force and who sets it, and changed field by field', async () => {
    const packageId = await make.package([SEND], { caps: { daily: 3000 }, counts: { keys: 5 } });
    const email = make.address();
    const { id } = await app.owner.call<{ id: string }>('users.create', {
      ...{ name: 'Orchard & Vine', email, packageId, caps: { hourly: 200 }, counts: { contacts: 10 } },
      ...{ ipAllowlist: ['192.0.2.0/24'], timeZone: 'Europe/Berlin' }
    });
    expect(await get(id)).toMatchObject({
      ...{ id, name: 'Orchard & Vine', email, status: 'active', statusReason: null, closesAt: null },
      ...{ package: { id: packageId }, ipAllowlist: ['192.0.2.0/24'], timeZone: 'Europe/Berlin' },
      caps: { hourly: 200, daily: 'inherit' },
      effective: {
        caps: {
          hourly: { limit: 200, source: 'user' },
          daily: { limit: 3000, source: 'package' },
          monthly: { limit: 'unlimited', source: 'platform' }
        },
        counts: { keys: { limit: 5, source: 'package' }, contacts: { limit: 10, source: 'user' } }
      },
      ...{ sendingNames: [], seq: 1, barred: null }
    });
    const other = await make.package();
    const change = {
      name: 'Orchard',
      packageId: other,
      caps: { hourly: 'inherit' },
      ipAllowlist: [],
      timeZone: null
    };
    expect(await app.owner.call('users.update', { id, seen: 1, ...change })).toEqual({
      ...{ seq: 2, refused: [] },
      applied: ['name', 'packageId', 'timeZone', 'caps.hourly', 'ipAllowlist']
    });
    expect(
      await app.owner.call('users.update', { id, seen: 1, name: 'Vine', email: make.address() })
    ).toMatchObject({
      ...{ seq: 3, applied: ['email'] },
      refused: [{ code: 'conflict/changed-since', field: 'name', theirs: 'Orchard', version: 2 }]
    });
    expect(await app.owner.call('users.update', { id, seen: 3, name: 'Orchard' })).toMatchObject({
      seq: 3,
      applied: []
    });
  });

  test('[QUO-5] a user keeps an address as a sending name when there is another one, so that mail under it counts', async () => {
    const id = await make.user(await make.package());
    const { email } = await get(id);
    const next = make.address();
    expect(await app.owner.call('users.update', { id, seen, email: next })).toMatchObject({
      applied: ['email'],
      seq: 2
    });
    expect(await get(id)).toMatchObject({ email: next, sendingNames: [email] });
    expect(
      (await app.owner.call<{ applied: string[] }>('users.update', { id, seen, email })).applied
    ).toEqual(['email']);
    expect(await get(id)).toMatchObject({ email, sendingNames: [next] });
  });

  test('[LOG-7] a user has addresses in no entry but apart', async () => {
    const id = await make.user(await make.package());
    const { email } = await get(id);
    const next = make.address();
    await app.owner.call('users.update', { id, seen, email: next, ipAllowlist: ['192.0.2.77'] });
    const inBody = await state.sql`select 1 from audit.entry where doc::text like any
      (array[${`%${email}%`}, ${`%${next}%`}, '%192.0.2.77%'])`;
    expect(inBody.length).toBe(0);
    const [apart] = await state.sql<
      { doc: string }[]
    >`select convert_from(p.doc, 'UTF8') as doc from audit.pii p
      join audit.entry e using (n) where e.doc->>'action' = 'user.updated' and e.doc->'target'->>'id' = ${id}`;
    expect(apart?.doc).toContain(next);
    expect(apart?.doc).toContain('192.0.2.77');
  });

  test('[LOG-4] a user is told in the log with the name of its package, also of one that is gone, and found by it', async () => {
    const [first, next] = [await make.package(), await make.package()];
    const nameOf = async (id: string) =>
      (await app.owner.call<{ name: string }>('packages.get', { id })).name;
    const [firstName, nextName] = [await nameOf(first), await nameOf(next)];
    const id = await make.user(first);
    await app.owner.call('users.update', { id, seen, packageId: next });
    await app.owner.call('packages.delete', { id: first });
    type Listed = { id: number; change: { path: string; old: unknown; new: unknown }[] };
    const listed = (search: string) =>
      app.owner.call<{ entries: Listed[] }>('log.list', { target: id, search });
    await until(async () => (await listed(nextName)).entries.length === 1, 'the move is in the log');
    const [moved] = (await listed(nextName)).entries;
    expect(moved!.change).toEqual([{ path: 'packageId', old: firstName, new: nextName }]);
    // Both name the package of before: being made, and leaving it.
    await until(async () => (await listed(firstName)).entries.length === 2, 'it is found by either');
    const whole = await app.owner.call<{ packageNames: object }>('log.entry', { id: moved!.id });
    expect(whole.packageNames).toEqual({ [first]: firstName, [next]: nextName });
  });

  test('[ACC-1] [ACC-2] [ACC-4] a user is changed only by those who dominate them, and given nothing beyond what they hold', async () => {
    const [plain, strong] = [await make.package(), await make.package([SEND])];
    const theirs = await make.user(strong);
    const barred = { code: 'access/not-dominated' };
    expect(await clerk.client.call('users.get', { id: theirs })).toMatchObject({ barred });
    const tries: [string, object][] = [
      ['users.update', { id: theirs, seen, name: 'Mine' }],
      ['users.update', { id: theirs, seen, email: make.address() }],
      ['users.update', { id: theirs, seen, caps: { daily: 1 } }],
      ['users.update', { id: theirs, seen, packageId: plain }],
      ['users.suspend', { id: theirs, reason: 'x' }],
      ['users.reactivate', { id: theirs }],
      ['users.close', { id: theirs, reason: 'x' }],
      ['users.delete', { id: theirs }],
      ['users.addSendingName', { id: theirs, name: make.login() }],
      ['users.removeSendingName', { id: theirs, name: make.login() }]
    ];
    for (const [path, input] of tries) expect(await clerk.client.refused(path, input), path).toEqual(barred);
    expect((await get(theirs)).seq).toBe(1);
    const own = await make.user(plain);
    const notHeld = { code: 'access/not-held', permissions: [SEND] };
    expect(await clerk.client.call('users.update', { id: own, seen, packageId: strong })).toMatchObject({
      refused: [notHeld]
    });
    const newcomer = { name: 'New', email: make.address(), packageId: strong };
    expect(await clerk.client.refused('users.create', newcomer)).toEqual(notHeld);
    const above = { code: 'access/cap-above-own', cap: 'daily', limit: 100 };
    expect(await capped.client.refused('users.create', { ...newcomer, packageId: plain })).toEqual(above);
    expect(await capped.client.call('users.update', { id: own, seen, caps: { daily: 101 } })).toMatchObject({
      refused: [above]
    });
    expect(await capped.client.call('users.update', { id: own, seen, caps: { daily: 100 } })).toMatchObject({
      refused: []
    });
  });

  test('own caps, counts and allowed addresses take permissions of their own', async () => {
    const id = await make.user(await make.package());
    const done = await editor.client.call<{ applied: string[]; refused: object[] }>('users.update', {
      ...{ id, seen, name: 'Edited', caps: { daily: 1 }, counts: { keys: 1 }, ipAllowlist: ['192.0.2.1'] }
    });
    expect(done.applied).toEqual(['name']);
    expect(done.refused).toMatchObject([
      { permission: 'tenants.users.override_quota', field: 'caps.daily' },
      { permission: 'tenants.users.override_quota', field: 'counts.keys' },
      { permission: 'tenants.users.set_ip_allowlist', field: 'ipAllowlist' }
    ]);
    expect(
      await editor.client.refused('users.create', {
        name: 'N',
        email: make.address(),
        packageId: await make.package()
      })
    ).toMatchObject({ permission: 'tenants.users.add' });
  });

  test('what is wrong names its field', async () => {
    const packageId = await make.package();
    const good = { name: 'N', email: make.address(), packageId };
    const bad: [object, string][] = [
      [{ ...good, name: '' }, 'name'],
      [{ ...good, name: 'see www.x.example' }, 'name'],
      [{ ...good, email: 'x@' }, 'email'],
      [{ ...good, packageId: 'x' }, 'packageId'],
      [{ ...good, caps: { daily: 1.5 } }, 'caps.daily'],
      [{ ...good, counts: { keys: -1 } }, 'counts.keys'],
      [{ ...good, ipAllowlist: ['nowhere'] }, 'ipAllowlist'],
      [{ ...good, timeZone: 'Mars/Base' }, 'timeZone'],
      [{ ...good, timeZone: 'IST' }, 'timeZone'],
      [{ ...good, more: 1 }, 'more']
    ];
    for (const [input, field] of bad)
      expect(await app.owner.refused('users.create', input), JSON.stringify(input)).toMatchObject({
        code: 'input/invalid',
        field
      });
    expect(await app.owner.refused('users.create', { ...good, packageId: randomUUID() })).toEqual({
      code: 'not-found',
      what: 'package'
    });
    const unknown = { code: 'not-found', what: 'user' };
    for (const path of ['users.get', 'users.reactivate', 'users.delete'])
      expect(await app.owner.refused(path, { id: randomUUID() }), path).toEqual(unknown);
  });

  test('the platform’s own caps are told only to those who may see them', async () => {
    const id = await make.user(await make.package([], { caps: { daily: 10 } }));
    expect(await editor.client.call('users.get', { id })).toMatchObject({
      effective: { caps: { hourly: null, daily: { limit: 10, source: 'package' } } }
    });
  });
});

describe('[TEN-8] a list of users', () => {
  test('a list of users is searched, filtered and read page by page', async () => {
    const packageId = await make.package();
    const word = make.login();
    const ids = [];
    for (const n of [1, 2, 3, 4, 5]) ids.push(await make.user(packageId, { name: `${word} ${n}` }));
    await app.owner.call('users.suspend', { id: ids[1], reason: 'Complaints' });
    await app.owner.call('users.close', { id: ids[2], reason: 'Contract ended' });
    const list = (input: object) => app.owner.call<UserPage>('users.list', { packageId, ...input });
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page: UserPage = await list({ limit: 2, ...(cursor ? { cursor } : {}) });
      found.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(found).toEqual(ids);
    expect((await list({ search: `${word} 4` })).items.map(({ id }) => id)).toEqual([ids[3]]);
    expect((await list({ search: '%' })).items).toEqual([]);
    expect((await list({ status: 'suspended' })).items.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await list({ status: 'closing' })).items.map(({ id }) => id)).toEqual([ids[2]]);
    expect((await list({ status: 'active' })).items.length).toBe(3);
    expect(await app.owner.refused('users.list', { cursor: 'x' })).toMatchObject({ field: 'cursor' });
  });

  test('[TEN-8] what it takes does not grow with 10,000 users in 50 packages', async () => {
    const packages: string[] = [];
    for (let n = 0; n < 50; n++) packages.push(await make.package([], { caps: { daily: 1000 + n } }));
    await state.audited(
      (tx) => tx`insert into users (id, name, email, email_key, package_id, caps, counts)
        select gen_random_uuid(), 'Mass ' || lpad(n::text, 5, '0'), 'mass' || n || '@orchard.example', 'mass' || n || '@orchard.example',
          (${packages}::uuid[])[1 + n % 50], '{"hourly":"inherit","daily":"inherit","monthly":"inherit","threads":"inherit"}',
          '{"sendingDomains":"inherit","sendingNodes":"inherit","contacts":"inherit","keys":"inherit"}'
        from generate_series(1, 10000) n`
    );
    await state.sql`analyze users`;
    const page = await app.owner.call<UserPage>('users.list', { search: 'mass 0999', limit: 50 });
    expect(page.items.length).toBe(10);
    const first = await app.owner.call<UserPage>('users.list', { packageId: packages[3], limit: 200 });
    expect([first.items.length, first.next]).toEqual([200, null]);
    // A page is read off the index, however many users there are.
    const plan =
      await state.sql`explain select * from users where deleted_at is null order by name, id limit 51`;
    expect(JSON.stringify(plan)).toContain('users_by_name');
    // A change of the package writes its row and no user's.
    const [rows] = await state.sql<{ seq: string }[]>`select sum(seq)::text as seq from users`;
    expect(await app.owner.call('users.get', { id: first.items[0]!.id })).toMatchObject({
      effective: { caps: { daily: { limit: 1003, source: 'package' } } }
    });
    await app.owner.call('packages.update', { id: packages[3], seen, caps: { daily: 7 } });
    expect(await state.sql`select sum(seq)::text as seq from users`).toEqual([rows]);
    expect(await app.owner.call('users.get', { id: first.items[0]!.id })).toMatchObject({
      effective: { caps: { daily: { limit: 7, source: 'package' } } }
    });
  });
});

describe('[TEN-8] many at once', () => {
  test('each is judged alone, and a repeated call repeats nothing', async () => {
    const [plain, strong] = [await make.package(), await make.package([SEND])];
    const [mine, theirs] = [await make.user(plain), await make.user(strong)];
    const unknown = randomUUID();
    const asked = {
      op: randomUUID(),
      ids: [mine, theirs, unknown, mine],
      action: { kind: 'suspend', reason: 'Unpaid' }
    };
    const told = {
      results: [
        { id: mine, refused: null },
        { id: theirs, refused: { code: 'access/not-dominated' } },
        { id: unknown, refused: { code: 'not-found', what: 'user' } }
      ]
    };
    expect(await clerk.client.call('users.bulk', asked)).toEqual(told);
    expect(await clerk.client.call('users.bulk', asked)).toEqual(told);
    expect(await get(mine)).toMatchObject({ status: 'suspended', statusReason: 'Unpaid', seq: 2 });
    const moving = { ids: [mine, theirs], action: { kind: 'assignPackage', packageId: strong } };
    expect(await clerk.client.call('users.bulk', moving)).toMatchObject({
      results: [{ refused: { code: 'access/not-held' } }, { refused: { code: 'access/not-dominated' } }]
    });
    expect(await editor.client.refused('users.bulk', asked)).toMatchObject({
      permission: 'tenants.users.bulk'
    });
    // Each takes what it takes alone.
    const { id } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Bulk alone',
      permissions: ['tenants.users.bulk']
    });
    const { client } = await app.person('Bo Bulk', id);
    expect(
      await client.call('users.bulk', { ids: [mine], action: { kind: 'close', reason: 'x' } })
    ).toMatchObject({
      results: [{ refused: { permission: 'tenants.users.close' } }]
    });
  });
});

describe('[TEN-8] an import', () => {
  const row = (line: number, more: object = {}) => ({
    line,
    name: `Row ${line}`,
    email: make.address(),
    ...more
  });

  test('an import says in a dry run what would become of each row, and changes nothing', async () => {
    const packageId = await make.package([SEND]);
    const { name } = await app.owner.call<{ name: string }>('packages.get', { id: packageId });
    const taken = (await get(await make.user(packageId))).email;
    const twin = make.address();
    const rows = [
      row(2, { package: name, caps: { daily: '50' }, counts: { keys: 'unlimited' } }),
      row(3, { package: packageId }),
      row(4),
      row(5, { package: 'No such package' }),
      row(6, { package: name, caps: { daily: 'many' } }),
      row(7, { package: name, email: taken }),
      row(8, { package: name, email: twin }),
      row(9, { package: name, email: twin })
    ];
    const before = await state.entries();
    const dry = await app.owner.call<{ results: { line: number; refused: object | null }[] }>(
      'users.import',
      { rows, dryRun: true }
    );
    expect(dry.results.map(({ refused }) => refused && 'field' in refused && refused.field)).toEqual([
      ...[null, null, 'package', 'package', 'daily', 'email', null, 'email']
    ]);
    expect(await state.entries()).toBe(before);
    const held = await clerk.client.call('users.import', { rows: rows.slice(0, 1), dryRun: true });
    expect(held).toMatchObject({ results: [{ refused: { code: 'access/not-held' } }] });
    const wet = await app.owner.call<{ results: { refused: object | null; id: string | null }[] }>(
      'users.import',
      { rows }
    );
    expect(wet.results.map(({ refused }) => refused)).toEqual(dry.results.map(({ refused }) => refused));
    expect(await get(wet.results[0]!.id!)).toMatchObject({
      caps: { daily: 50 },
      counts: { keys: 'unlimited' }
    });
  });

  test('[AUT-4] an import asks once, at its start', async () => {
    const packageId = await make.package();
    const parts = [[row(2, { package: packageId, caps: { daily: '5' } })], [row(3, { package: packageId })]];
    const hash = (part: (typeof parts)[number]) =>
      createHash('sha256').update(userPartText(part)).digest('hex');
    const op = randomUUID();
    await app.owner.call('users.beginImport', { op, parts: parts.map(hash) });
    const age = () =>
      state.audited(
        (tx) =>
          tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${app.ownerId}`
      );
    await age();
    for (const rows of parts)
      expect(await app.owner.call('users.import', { rows, begun: op })).toMatchObject({
        results: [{ refused: null }]
      });
    const other = [row(4, { package: packageId })];
    expect(await app.owner.refused('users.import', { rows: other, begun: op })).toEqual({
      code: 'auth/reauthenticate'
    });
    await state.audited(
      (tx) => tx`update sessions set proved_at = now() where administrator_id = ${app.ownerId}`
    );
  });
});

describe('[TEN-1] one space of addresses and sending names', () => {
  test('an address is taken once, by an administrator, a user or a sending name, at two processes at the same moment', async () => {
    const packageId = await make.package();
    const [named, sender] = [
      await make.user(packageId),
      await app.person(`Sender ${make.login()}`, 'support')
    ];
    for (let round = 0; round < 5; round++) {
      const email = make.address();
      const told = await codes([
        app.owner.try('users.create', { name: 'Race', email, packageId }),
        second.owner.try('users.update', { id: named, seen, email: email.toUpperCase() }).then(partly),
        second.owner.try('administrators.create', { name: 'Race', email, roleId: 'support' }),
        app.owner.try('users.addSendingName', { id: named, name: email }),
        second.owner.try('administrators.addSendingName', { id: sender.id, name: email })
      ]);
      // A user may have a name that becomes their own address meanwhile; anybody else loses.
      const done = told.filter((code) => code === 'done').length;
      expect(
        told.filter((code) => code !== 'done').every((code) => /^input\/(taken|invalid)$/.test(code)),
        told.join()
      ).toBe(true);
      expect(done).toBeGreaterThan(0);
      const key = email.toLowerCase();
      const holders = await state.sql<{ id: string }[]>`
        select id from administrators where email_key = ${key} and deleted_at is null
        union select id from users where email_key = ${key} and deleted_at is null
        union select coalesce(administrator_id, user_id) from sending_names where key = ${key}`;
      expect(holders.length).toBe(1);
    }
  });
  const partly = <T>(result: { value?: T; refusal?: { code: string } | null }) => {
    const [part] = (result.value as { refused?: { code: string }[] } | undefined)?.refused ?? [];
    return { refusal: part ?? result.refusal ?? null };
  };

  test('[QUO-5] a name is moved between users only if it is said from whom, and between kinds not at all', async () => {
    const packageId = await make.package();
    const [one, two] = [await make.user(packageId), await make.user(packageId)];
    const person = await app.person(`Named ${make.login()}`, 'support');
    const name = make.login();
    expect(await app.owner.call('users.addSendingName', { id: one, name })).toEqual({
      seq: 2,
      sendingNames: [name]
    });
    expect((await get(one)).sendingNames).toEqual([name]);
    const holder = { id: one, movable: true };
    expect(await app.owner.refused('users.addSendingName', { id: two, name })).toMatchObject({
      code: 'input/taken',
      field: 'name',
      holder
    });
    for (const from of [undefined, one])
      expect(
        await app.owner.refused('administrators.addSendingName', {
          id: person.id,
          name,
          ...(from ? { from } : {})
        })
      ).toMatchObject({
        ...{ code: 'input/taken', field: 'name', holder: { id: one, movable: false } }
      });
    expect(await app.owner.call('users.addSendingName', { id: two, name, from: one })).toMatchObject({
      sendingNames: [name]
    });
    expect(await get(one)).toMatchObject({ sendingNames: [], seq: 3 });
    const theirs = make.login();
    await app.owner.call('administrators.addSendingName', { id: person.id, name: theirs });
    expect(
      await app.owner.refused('users.addSendingName', { id: one, name: theirs, from: person.id })
    ).toMatchObject({
      ...{ code: 'input/taken', holder: { id: person.id, movable: false } }
    });
    // Whoever may not see them is not told who it is.
    const blind = await clerk.client.refused('users.addSendingName', { id: one, name: theirs });
    expect(blind).toEqual({ code: 'input/taken', field: 'name', looksLike: theirs });
    expect(await app.owner.call('users.removeSendingName', { id: two, name })).toMatchObject({
      sendingNames: []
    });
    const email = (await get(one)).email;
    expect(await app.owner.refused('users.addSendingName', { id: two, name: email })).toMatchObject({
      code: 'input/taken'
    });
    expect(await app.owner.refused('users.addSendingName', { id: one, name: email })).toMatchObject({
      code: 'input/invalid',
      field: 'name'
    });
    const taken = { code: 'input/taken', field: 'email', looksLike: email };
    expect(await app.owner.refused('users.create', { name: 'N', email, packageId })).toMatchObject(taken);
    expect(
      await app.owner.refused('administrators.create', { name: 'N', email, roleId: 'support' })
    ).toMatchObject(taken);
  });
});
