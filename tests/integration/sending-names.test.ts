import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantApplication, type Planted } from '../support/applications';
import { freePort, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { PolicyClient } from '../support/policy-client';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// Under which names somebody sends, and whose caps count then.

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let relay: Planted;
let policy: number;
/** Sets caps and sees people; sets caps alone. */
let lead: TestPerson;
let blind: TestPerson;

const CAPS = ['quotas.admin_quota.view_all', 'quotas.admin_quota.set'];

beforeAll(async () => {
  policy = await freePort();
  app = await startTestConsole({ env: { POLICY_LISTEN: `127.0.0.1:${policy}` } });
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  await role('Senders', []).then((id) => (senders = id));
  relay = await plantApplication(state, { roleId: await role('Sending', ['quotas.ledger.consume']) });
  lead = await app.person('Lea Lead', await role('Leads', [...CAPS, 'people.administrators.view']));
  blind = await app.person('Ben Blind', await role('Blind', CAPS));
  for (const of of [app, second])
    await until(
      async () =>
        (await askEndpoint(of.origin, '/caps/v1/peek', { key: relay.key, body: {} })).status !== 401,
      'the key works'
    );
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

let senders = '';
let made = 0;
const person = async () => {
  const name = `Sender S${++made}x`;
  const email = `s${made}x@northwind.example`;
  const { id } = await app.owner.call<{ id: string }>('administrators.create', {
    name,
    email,
    roleId: senders
  });
  return { id, name, email };
};
const login = () => `login-${randomUUID().slice(0, 8)}`;
const add = (id: string, name: string, more: object = {}) =>
  app.owner.call<{ seq: number; sendingNames: string[] }>('administrators.addSendingName', {
    id,
    name,
    ...more
  });
const remove = (id: string, name: string) =>
  app.owner.call<{ sendingNames: string[] }>('administrators.removeSendingName', { id, name });

/** Charges one recipient at both processes: the reason of each refusal, or "granted". */
async function charge(id: string): Promise<string[]> {
  const asked = [app, second].map(async ({ origin }) => {
    const body = { subject: { type: 'administrator', id }, units: 1, key: randomUUID() };
    const answer = (await askEndpoint(origin, '/caps/v1/consume', { key: relay.key, body })).body as {
      granted: boolean;
      reason?: string;
    };
    return answer.granted ? 'granted' : (answer.reason ?? 'refused');
  });
  return Promise.all(asked);
}
const used = async (id: string) => {
  const [row] = await state.sql<{ used: number }[]>`
    select day_used::int as used from ledger_accounts where account = ${`administrator:${id}`}`;
  return row?.used ?? 0;
};
const twice = (answer: string) => [answer, answer];

test('[QUO-5] mail of any of somebody’s names counts for them, over HTTP and from Postfix, however it is written', async () => {
  const sender = await person();
  const names = [login(), `${login()}@mail.northwind.example`];
  for (const name of names) await add(sender.id, name);
  expect(await charge(names[0]!)).toEqual(twice('granted'));
  expect(await charge(names[1]!.toUpperCase())).toEqual(twice('granted'));
  expect(await charge(sender.email)).toEqual(twice('granted'));
  expect(await used(sender.id)).toBe(6);
  const client = await PolicyClient.open({ port: policy, host: '127.0.0.1' });
  const mail = {
    sasl_username: ` ${names[0]!}`.trim(),
    instance: randomUUID(),
    queue_id: '4N',
    recipient_count: 3
  };
  expect(await client.ask(mail)).toBe('DUNNO');
  client.vanish();
  expect(await used(sender.id)).toBe(9);
  expect(await charge(`${names[0]!}x`)).toEqual(twice('unknown-subject'));
  const { sendingNames } = await app.owner.call<{ sendingNames: string[] }>('administrators.get', {
    id: sender.id
  });
  expect(sendingNames).toEqual([...names].sort());
});

test('[QUO-5] a name belongs to one person: who has it is told to whoever sees people, and it is moved only from whom they name', async () => {
  const [lena, omar] = [await person(), await person()];
  const name = login();
  await add(lena.id, name);
  await add(lena.id, name.toUpperCase());
  const holder = { id: lena.id, name: lena.name, movable: true };
  const taken = { code: 'input/taken', field: 'name', looksLike: lena.name, holder };
  const asked = { id: omar.id, name: name.toUpperCase() };
  expect(await lead.client.refused('administrators.addSendingName', asked)).toEqual(taken);
  expect(await blind.client.refused('administrators.addSendingName', asked)).toEqual({
    ...{ code: 'input/taken', field: 'name', looksLike: asked.name }
  });
  // An address is nobody else's name, and a name is nobody's address.
  expect(await app.owner.refused('administrators.addSendingName', { id: omar.id, name: lena.email })).toEqual(
    {
      ...taken,
      holder: { ...holder, movable: false }
    }
  );
  const address = `${login()}@northwind.example`;
  await add(lena.id, address);
  const newcomer = { name: 'Nina New', email: address, roleId: senders };
  expect(await app.owner.refused('administrators.create', newcomer)).toEqual({
    ...{ code: 'input/taken', field: 'email', looksLike: lena.name, holder: { ...holder, movable: false } }
  });
  const { refused } = await app.owner.call<{ refused: object[] }>('administrators.update', {
    ...{ id: omar.id, seen: 1e6, email: address }
  });
  expect(refused).toEqual([
    { code: 'input/taken', field: 'email', looksLike: lena.name, holder: { ...holder, movable: false } }
  ]);
  // Somebody else has it than whom one thinks.
  const third = await person();
  expect(
    await app.owner.refused('administrators.addSendingName', { id: omar.id, name, from: third.id })
  ).toEqual(taken);
  expect(await charge(name)).toEqual(twice('granted'));
  await add(omar.id, name, { from: lena.id });
  expect(await charge(name)).toEqual(twice('granted'));
  expect([await used(lena.id), await used(omar.id)]).toEqual([2, 2]);
  const entries = await state.sql<{ action: string; change: object[] }[]>`
    select doc->>'action' as action, doc->'change' as change from audit.entry
    where doc->'target'->>'id' in ${state.sql([lena.id, omar.id])} and doc->>'action' like 'administrator.sending%'
    order by n desc limit 2`;
  expect(entries.map(({ action }) => action).sort()).toEqual([
    'administrator.sending_name_added',
    'administrator.sending_name_removed'
  ]);
  expect(entries.flatMap(({ change }) => change)).toEqual(
    expect.arrayContaining([
      { path: 'movedFrom', old: null, new: lena.name },
      { path: 'movedTo', old: null, new: omar.name }
    ])
  );
});

test('[QUO-5] whose name it is decides: suspended, deactivated, back, and deleted', async () => {
  const [lena, omar] = [await person(), await person()];
  const name = login();
  await add(lena.id, name);
  const { id } = lena;
  await app.owner.call('administrators.suspend', { id });
  expect(await charge(name)).toEqual(twice('suspended'));
  // Whoever is suspended keeps their names, and can be given others.
  expect((await app.owner.refused('administrators.addSendingName', { id: omar.id, name })).code).toBe(
    'input/taken'
  );
  await app.owner.call('administrators.reactivate', { id });
  expect(await charge(name)).toEqual(twice('granted'));
  await app.owner.call('administrators.delete', { id });
  expect(await charge(name)).toEqual(twice('deactivated'));
  expect((await app.owner.refused('administrators.addSendingName', { id, name: login() })).code).toBe(
    'not-found'
  );
  await app.owner.call('administrators.reactivate', { id });
  expect(await charge(name)).toEqual(twice('granted'));
  // What somebody who is gone had is free, as a name and as an address; they come back without it.
  await app.owner.call('administrators.delete', { id });
  await add(omar.id, name);
  expect(await charge(name)).toEqual(twice('granted'));
  await app.owner.call('administrators.reactivate', { id });
  expect(
    (await app.owner.call<{ sendingNames: string[] }>('administrators.get', { id })).sendingNames
  ).toEqual([]);
  const address = `${login()}@northwind.example`;
  await add(id, address);
  await app.owner.call('administrators.delete', { id });
  await app.owner.call('administrators.create', { name: 'Nina New', email: address, roleId: senders });
  await app.owner.call('administrators.reactivate', { id });
  expect(
    (await app.owner.call<{ sendingNames: string[] }>('administrators.get', { id })).sendingNames
  ).toEqual([]);
  expect(await charge(address)).toEqual(twice('granted'));
  expect(await used(id)).toBe(4);
  await add(id, login());
  await app.owner.call('administrators.delete', { id, hard: true });
  expect(await state.sql`select from sending_names where administrator_id = ${id}`).toHaveLength(0);
  await app.owner.call('administrators.delete', { id: omar.id, hard: true });
  expect(await charge(name)).toEqual(twice('unknown-subject'));
});

test('[ACC-2][ACC-4] nobody names themselves, but the owner; nor whoever may do more than they', async () => {
  const strong = await app.person('Sue Super', 'super_administrator');
  const name = login();
  const ask = (client: TestPerson['client'], id: string, more: object = {}) =>
    client.refused('administrators.addSendingName', { id, name, ...more });
  expect((await ask(lead.client, lead.id)).code).toBe('access/self');
  expect((await ask(lead.client, strong.id)).code).toBe('access/not-dominated');
  expect((await ask(strong.client, app.ownerId)).code).toBe('access/owner');
  await add(strong.id, name);
  const weak = await person();
  expect((await ask(lead.client, weak.id, { from: strong.id })).code).toBe('access/not-dominated');
  expect((await lead.client.refused('administrators.removeSendingName', { id: strong.id, name })).code).toBe(
    'access/not-dominated'
  );
  expect(await add(app.ownerId, `${name}-owner`)).toMatchObject({ sendingNames: [`${name}-owner`] });
  expect(await remove(app.ownerId, `${name}-owner`)).toMatchObject({ sendingNames: [] });
  // Who may not see caps of others does not see these.
  const seeing = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Seeing', permissions: ['people.administrators.view'] }
  });
  const watcher = await app.person('Wim Watcher', seeing.id);
  const told = await watcher.client.call('administrators.get', { id: strong.id });
  expect(told).toMatchObject({ sendingNames: null });
});

test('[UX-4] what is no name is said at its field', async () => {
  const { id, email } = await person();
  const of = (name: string) => app.owner.refused('administrators.addSendingName', { id, name });
  // The last is one character each, and many once it is folded.
  const long = ['x'.repeat(255), 'İ'.repeat(200)];
  for (const name of ['', '  ', 'two words', 'a\u202Eb', randomUUID(), email.toUpperCase(), ...long])
    expect(await of(name), name).toMatchObject({ code: 'input/invalid', field: 'name' });
  await state.audited(async (tx) => {
    for (let n = 0; n < 50; n++)
      await tx`insert into sending_names values (${`${id}-${n}`}, ${`${id}-${n}`}, ${id})`;
  });
  expect(await of('one-more')).toMatchObject({ code: 'input/invalid', field: 'name' });
});

test('[QUO-5] of many who take one name at the same moment at two processes one has it, as a name or as an address', async () => {
  for (let round = 0; round < 5; round++) {
    const name = `${login()}@northwind.example`;
    const people = await Promise.all([person(), person(), person()]);
    const there = second.anonymous();
    there.cookie = app.owner.cookie;
    const outcomes = await Promise.all([
      app.owner.try('administrators.addSendingName', { id: people[0].id, name }),
      there.try('administrators.addSendingName', { id: people[1].id, name }),
      app.owner.try('administrators.update', { id: people[2].id, seen: 1e6, email: name }),
      there.try('administrators.create', { name: 'Rae Racer', email: name, roleId: senders })
    ]);
    const [{ holders }] = (await state.sql`select
      (select count(*) from sending_names where key = ${name})::int
      + (select count(*) from administrators where email_key = ${name} and deleted_at is null)::int as holders`) as never as [
      { holders: number }
    ];
    expect(holders, JSON.stringify(outcomes)).toBe(1);
  }
});

/** Entries about somebody's names, oldest first: what became of them and which name, its personal part included. */
async function nameEvents(id: string) {
  const rows = await state.sql<{ action: string; change: { path: string; new: unknown }[]; name: string }[]>`
    select e.doc->>'action' as action, e.doc->'change' as change, convert_from(p.doc, 'UTF8')::jsonb->'details'->>'sendingName' as name
    from audit.entry e join audit.pii p using (n)
    where e.doc->'target'->>'id' = ${id} and e.doc->>'action' like 'administrator.sending%' order by n`;
  return rows.map(({ action, change, name }) => [
    ...[action.replace('administrator.sending_name_', ''), name],
    ...change.map(({ path, new: now }) => `${path}=${String(now)}`)
  ]);
}
const readdress = (id: string, email: string) =>
  app.owner.call<{ applied: string[]; refused: object[] }>('administrators.update', {
    ...{ id, seen: 1e6, email }
  });
const namesOf = async (id: string) =>
  (await app.owner.call<{ sendingNames: string[] }>('administrators.get', { id })).sendingNames;

test('[QUO-1][QUO-5] another address takes nobody out of their caps: the old one stays theirs as a sending name, until it is removed', async () => {
  const [lena, omar] = [await person(), await person()];
  const [second, third] = [`${login()}@northwind.example`, `${login()}@northwind.example`];
  expect((await readdress(lena.id, second)).applied).toEqual(['email']);
  expect(await charge(lena.email)).toEqual(twice('granted'));
  expect(await charge(second)).toEqual(twice('granted'));
  expect(await used(lena.id)).toBe(4);
  expect(await namesOf(lena.id)).toEqual([lena.email]);
  // Nobody else gets it.
  const newcomer = { name: 'Nina New', email: lena.email, roleId: senders };
  expect((await app.owner.refused('administrators.create', newcomer)).code).toBe('input/taken');
  expect((await readdress(omar.id, lena.email)).refused).toMatchObject([{ code: 'input/taken' }]);
  // Spelt otherwise it is the same address, and no name.
  await readdress(lena.id, second.toUpperCase());
  expect(await namesOf(lena.id)).toEqual([lena.email]);
  await readdress(lena.id, third);
  expect(await namesOf(lena.id)).toEqual([lena.email, second.toUpperCase()].sort());
  // Back to the first one, which is a name no longer.
  await readdress(lena.id, lena.email);
  expect(await namesOf(lena.id)).toEqual([second.toUpperCase(), third].sort());
  expect(await charge(third)).toEqual(twice('granted'));
  expect(await nameEvents(lena.id)).toEqual([
    ['added', lena.email, 'sendingNames=1', 'email=null'],
    ['added', second.toUpperCase(), 'sendingNames=2', 'email=null'],
    ['removed', lena.email, 'sendingNames=1', 'email=null'],
    ['added', third, 'sendingNames=2', 'email=null']
  ]);
  await remove(lena.id, third);
  expect(await charge(third)).toEqual(twice('unknown-subject'));
  await readdress(omar.id, third);
  expect(await charge(third)).toEqual(twice('granted'));
  expect(await used(lena.id)).toBe(6);
});

test('[QUO-1][AUT-3] whoever changes their own address keeps the old one as a sending name, and cannot remove it', async () => {
  const role = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Own profile', permissions: ['people.self.edit_profile', ...CAPS] }
  });
  const own = await app.person('Ola Own', role.id);
  const { email: old } = await own.client.call<{ email: string }>('me.get');
  const email = `${login()}@northwind.example`;
  await own.client.call('me.update', { email, seen: 1e6 });
  expect(await charge(old)).toEqual(twice('granted'));
  expect(await namesOf(own.id)).toEqual([old]);
  expect((await own.client.refused('administrators.removeSendingName', { id: own.id, name: old })).code).toBe(
    'access/self'
  );
});

test('[QUO-1] who has as many names as one can have keeps the address, or makes it of one of the names', async () => {
  const { id, email } = await person();
  const last = `${id}-49@northwind.example`;
  await state.audited(async (tx) => {
    for (let n = 0; n < 50; n++) {
      const key = `${id}-${n}@northwind.example`;
      await tx`insert into sending_names values (${key}, ${key}, ${id})`;
    }
  });
  const { applied, refused } = await readdress(id, `${login()}@northwind.example`);
  expect({ applied, refused }).toMatchObject({
    applied: [],
    refused: [{ code: 'input/invalid', field: 'email' }]
  });
  expect((await readdress(id, last)).applied).toEqual(['email']);
  const names = await namesOf(id);
  expect(names).toHaveLength(50);
  expect(names).toContain(email);
  expect(names).not.toContain(last);
});

test('[QUO-5][LOG-1] what somebody who was deactivated had, and another takes, is an entry of theirs at every endpoint', async () => {
  const [gone, taker] = [await person(), await person()];
  const names = [0, 1, 2, 3].map(() => `${login()}@northwind.example`);
  for (const name of names) await add(gone.id, name);
  await app.owner.call('administrators.delete', { id: gone.id });
  const before = (await nameEvents(gone.id)).length;
  await readdress(taker.id, names[0]!);
  await add(taker.id, names[1]!);
  await app.owner.call('administrators.create', { name: 'Nina New', email: names[2]!, roleId: senders });
  await app.owner.call('administrators.create', {
    name: 'Adele Address',
    email: gone.email,
    roleId: senders
  });
  expect((await nameEvents(gone.id)).slice(before)).toEqual([
    ['removed', names[0], 'sendingNames=3', `movedTo=${taker.name}`],
    ['removed', names[1], 'sendingNames=2', `movedTo=${taker.name}`],
    ['removed', names[2], 'sendingNames=1', 'movedTo=Nina New'],
    ['removed', gone.email, 'movedTo=Adele Address']
  ]);
  expect(await charge(names[0]!)).toEqual(twice('granted'));
  expect(await charge(names[3]!)).toEqual(twice('deactivated'));
  expect(await namesOf(gone.id)).toEqual([names[3]]);
  // The old address is the taker's; whoever had it before they left cannot come back with it.
  expect(await namesOf(taker.id)).toEqual([names[1], taker.email].sort());
  expect(await app.owner.refused('administrators.reactivate', { id: gone.id })).toMatchObject({
    code: 'input/taken'
  });
});

test('[QUO-1] two who change addresses crosswise at the same moment never leave an address to nobody', async () => {
  for (let round = 0; round < 5; round++) {
    const [lena, omar] = [await person(), await person()];
    const there = second.anonymous();
    there.cookie = app.owner.cookie;
    const free = `${login()}@northwind.example`;
    await Promise.all([
      app.owner.try('administrators.update', { id: lena.id, seen: 1e6, email: free }),
      there.try('administrators.update', { id: omar.id, seen: 1e6, email: lena.email }),
      there.try('administrators.update', { id: omar.id, seen: 1e6, email: free })
    ]);
    for (const address of [lena.email, omar.email]) {
      const id = address === lena.email ? lena.id : omar.id;
      const holders = await state.sql`
        select administrator_id as id from sending_names where key = ${address}
        union all select id from administrators where email_key = ${address} and deleted_at is null`;
      expect(holders).toEqual([{ id }]);
    }
  }
});
