import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  PASSWORD,
  SETUP_TOKEN,
  startTestConsole,
  type TestConsole,
  type TestPerson
} from '../support/console';
import { copyDatabase, createDatabase, replaceDatabase, type TestDatabase } from '../support/postgres';
import { openState, signed, type StateProbe } from '../support/state';

// [LOG-6] A log that was taken back, and several people whose browsers saw what is not there any more.

let database: TestDatabase;
let app: TestConsole;
let state: StateProbe;
let ownerId: string;
let sue: TestPerson;
let omar: TestPerson;
/** Checkpoints of entries that the log lost. */
const notes: string[] = [];

beforeAll(async () => {
  database = await createDatabase();
  app = await startTestConsole({ databaseUrl: database.url });
  ({ id: ownerId } = await app.owner.call<{ id: string }>('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  }));
  sue = await app.person('Sue Super', 'super_administrator');
  omar = await app.person('Omar Haddad', 'support');
  // Nobody listens there: what counts is what waits to be sent.
  const mail = {
    host: '127.0.0.1',
    port: 1,
    security: 'none',
    user: '',
    from: 'r@northwind.example',
    password: null
  };
  await app.owner.call('settings.update', { seen: 1_000_000, mail });
  const cookies = [app.owner.cookie, sue.client.cookie, omar.client.cookie] as const;
  await app.stop();
  const backup = await copyDatabase(database.url);
  app = await startTestConsole({ databaseUrl: database.url, port: app.port });
  state = openState(database.url);
  app.owner.cookie = cookies[0];
  for (const name of ['One', 'Two', 'Three']) {
    await app.owner.call('roles.create', { name });
    await signed(state);
    notes.push((await app.owner.call<{ note: string }>('log.checkpoint', {})).note);
  }
  await state.close();
  await app.stop();
  await replaceDatabase(database.url, backup);
  await backup.drop();
  app = await startTestConsole({ databaseUrl: database.url, port: app.port });
  state = openState(database.url);
  [app.owner.cookie, sue.client.cookie, omar.client.cookie] = cookies;
  await state.sql`delete from mails`;
});
afterAll(async () => {
  await state.close();
  await app.stop();
  await database.drop();
});

const told = async () =>
  state.sql<{ id: string; kind: string; n: number }[]>`
    select administrator_id as id, 'screen' as kind, count(*)::int as n from notices where kind = 'log-inconsistent' group by 1
    union all select administrator_id, 'mail', count(*)::int from mails where kind = 'log-inconsistent' group by 1
    order by 2, 1`;

test('[LOG-6] the same evidence that comes ten times at once is one event', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      [app.owner, sue.client, omar.client][n % 3]!.call('log.reportInconsistent', {
        op: randomUUID(),
        note: notes[0]!
      })
    )
  );
  expect(answers).toEqual(answers.map(() => ({ confirmed: true })));
  expect(await state.entries('audit.inconsistent')).toBe(1);
});

test('[LOG-6] the owner is told on screen and by mail, Super Administrators on screen, others not: once for the finding', async () => {
  const once = [
    { id: ownerId, kind: 'mail', n: 1 },
    ...[ownerId, sue.id].sort().map((id) => ({ id, kind: 'screen', n: 1 }))
  ];
  expect(await told()).toEqual(once);
  // Others who saw more of the same lost log: their evidence is kept, nobody is told again.
  for (const note of notes.slice(1)) await omar.client.call('log.reportInconsistent', { note });
  expect(await state.entries('audit.inconsistent')).toBe(3);
  expect(await told()).toEqual(once);
  const { notices } = await sue.client.call<{ notices: { kind: string; data: object }[] }>('me.get');
  expect(notices.filter(({ kind }) => kind === 'log-inconsistent')).toMatchObject([
    { data: { found: 'browser', seen: notes[0]!.split('\n')[1] } }
  ]);
});

test('[LOG-6] a day later another finding is told of again', async () => {
  await state.sql.begin(async (tx) => {
    // As if all of it had happened two days ago; and one of the notes had not been shown yet.
    await tx`set local session_replication_role = replica`;
    await tx`update audit.entry set doc = jsonb_set(doc, '{at}', '"2020-01-01T00:00:00.000000Z"')
      where doc->>'action' = 'audit.inconsistent'`;
    await tx`update audit.entry set doc = jsonb_set(doc, '{change}', '[]')
      where doc->>'action' = 'audit.inconsistent' and doc->'change' @> ${tx.json([{ path: 'note', old: notes[2]! }])}`;
  });
  await omar.client.call('log.reportInconsistent', { note: notes[2]! });
  expect((await told()).map(({ n }) => n)).toEqual([2, 2, 2]);
});
