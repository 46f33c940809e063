import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { openState, type StateProbe } from '../support/state';
import { businessState } from '../support/tables';

// [LOG-1] Where the log cannot be written, nothing happens: no change, no session, no answer that says either.

let app: TestConsole;
let state: StateProbe;
let omar: TestPerson;
let role: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  ({ id: role } = await app.owner.call<{ id: string }>('roles.create', { name: 'Readers' }));
  omar = await app.person('Omar Haddad', role);
  await state.settled();
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** Tables of the log, one of which fails as a full disk would have it. */
const TABLES = ['entry', 'pii', 'pending'];

test.each(TABLES)('[LOG-1] nothing is done while audit.%s cannot be written', async (table) => {
  await state.sql`create or replace function audit.full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'no space left' using errcode = '53100'; end $$`;
  await state.sql`create trigger full_disk before insert on ${state.sql(`audit.${table}`)}
    for each row execute function audit.full_disk()`;
  const before = await businessState(state.sql);
  const entries = await state.entries();
  const visitor = app.anonymous();
  const attempts = [
    await visitor.try('auth.signIn', { email: omar.email, password: PASSWORD }),
    await app.anonymous().try('auth.signIn', { email: omar.email, password: 'not what it is at all' }),
    await app.owner.try('roles.create', { name: 'Unwritten' }),
    await app.owner.try('roles.edit', { id: role, seen: 1, grant: ['people.roles.view'] }),
    await app.owner.try('administrators.suspend', { id: omar.id }),
    await app.owner.try('settings.update', { seen: 1_000_000, branding: { name: 'Unwritten' } }),
    // Not even a refusal: it would be one that nobody could read of.
    await omar.client.try('roles.create', { name: 'Mine' }),
    await omar.client.try('roles.list')
  ];
  await state.sql`drop trigger full_disk on ${state.sql(`audit.${table}`)}`;
  for (const { status, value, refusal, body } of attempts) {
    expect(value, body).toBeUndefined();
    // What lacks room may have it again in a moment: devices keep what they asked for, and ask again.
    expect(status, body).toBe(429);
    expect(refusal, body).toEqual({ code: 'busy', retryAfter: 2 });
    expect(body).not.toContain('no space left');
  }
  expect(app.logged.map(({ msg }) => msg)).toContain('the database has no room, memory or connections left');
  expect(visitor.cookie).toBe('');
  expect(await businessState(state.sql)).toBe(before);
  expect(await state.entries()).toBe(entries);
  // And it goes on as if nothing had been.
  await app.owner.call('roles.edit', { id: role, seen: 1_000_000, description: `After ${table}` });
  await state.forgetTries();
});
