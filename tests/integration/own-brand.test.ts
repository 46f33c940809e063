import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeActingAs } from '../../src/lib/protocol/acting-as';
import { sqlState } from '../../src/lib/server/db/driver/client';
import { tenantDatabase } from '../../src/lib/server/db/driver/tenant';
import { readBrand } from '../../src/lib/server/db/tables/users-table';
import type { Me } from '../../src/lib/server/services/account/me';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { prepareMail } from '../../src/lib/server/services/mail/prepare';
import { endDue } from '../../src/lib/server/services/users/end-due';
import type { VisitBegun } from '../../src/lib/server/services/users/sign-in-as';
import type { UserDetail } from '../../src/lib/server/services/users/user-answers';
import { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { countNews, openReplica, until } from '../support/replica';
import { declareAudited, openState, type StateProbe } from '../support/state';
import { signedInUsers, type SignedInUser } from '../support/tenant-sign-in';
import { openUseCases } from '../support/use-cases';

// What a user's console wears of its own: who sets it, who is told of it, where it shows, and what becomes of it.

const seen = 1_000_000;
/** Pictures of 7 × 5 pixels. */
const LOGO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAYAAACJmvbYAAAAKElEQVR4AaSMwQkAAAgCrakboa3tqdEz4eBAuESTC2gpvfY5KwKO1QcAAP//HDZ8VQAAAAZJREFUAwCHIgwLxkLh5gAAAABJRU5ErkJggg==';
const OTHER_LOGO = 'data:image/webp;base64,UklGRjoAAABXRUJQVlA4IC4AAABwAQCdASoHAAUAAsBMJYgC7AFAAA==';
const INSTALLATION = { name: 'Northwind Mail', accent: '#1d5bb8', logo: OTHER_LOGO };
const OWN = { brandName: 'Orchard', brandAccent: '#7438ac', brandLogo: LOGO };
const WORN = { name: 'Orchard', accent: '#7438ac', logo: LOGO, own: true };
const NOTHING = { name: null, accent: null, logo: null };

let app: TestConsole;
let state: StateProbe;
let open: OpenConsole;
let people: ReturnType<typeof signedInUsers>;
/** Sees users and changes who they are, nothing else. */
let editor: TestPerson;
/** Sees users alone. */
let viewer: TestPerson;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  open = await openUseCases(app.databaseUrl);
  people = signedInUsers(app, state);
  await app.owner.call('settings.update', { seen, branding: INSTALLATION });
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'admin' });
  const own = permissions.filter((id) => !id.startsWith('tenants.'));
  editor = await app.person(
    'Edna',
    await role('Editors', [...own, 'tenants.users.view', 'tenants.users.edit'])
  );
  viewer = await app.person('Vera', await role('Viewers', [...own, 'tenants.users.view']));
});
beforeEach(() => state.forgetTries());
afterAll(async () => {
  await open.handle.close();
  await state.close();
  await app.stop();
});

type Updated = { applied: string[]; refused: object[] };
const edit = (id: string, what: object, by: ApiClient = app.owner) =>
  by.call<Updated>('users.update', { id, seen, ...what });
const wornBy = async (client: ApiClient) => (await client.call<Me>('me.get')).branding;
const brandOf = async (id: string) => (await app.owner.call<UserDetail>('users.get', { id })).brand;

describe('[TEN-5] a brand of one’s own', () => {
  test('a brand of one’s own is set part by part by whoever may change the user, and worn before the installation’s', async () => {
    const { id, client } = await people.user();
    expect(await wornBy(client)).toEqual({ ...INSTALLATION, own: false });
    expect(await brandOf(id)).toEqual(NOTHING);
    expect(await edit(id, { brandName: '  Orchard  ' }, editor.client)).toMatchObject({
      ...{ applied: ['brandName'], refused: [] }
    });
    expect(await wornBy(client)).toEqual({ ...INSTALLATION, name: 'Orchard', own: true });
    await edit(id, { brandAccent: '#7438AC', brandLogo: LOGO }, editor.client);
    expect(await wornBy(client)).toEqual(WORN);
    expect(await brandOf(id)).toEqual({ name: 'Orchard', accent: '#7438ac', logo: LOGO });
    // What is there already is no change; null takes a part back to the installation's.
    expect((await edit(id, OWN)).applied).toEqual([]);
    await edit(id, { brandName: null, brandLogo: null }, editor.client);
    expect(await wornBy(client)).toEqual({ ...INSTALLATION, accent: '#7438ac', own: false });
    // Staff wear the installation's, whatever users wear.
    expect(await wornBy(editor.client)).toEqual({ ...INSTALLATION, own: false });
  });

  test('a brand of one’s own takes the right to change users: nobody else sets it, the user neither', async () => {
    const { id, client } = await people.user();
    expect(await viewer.client.refused('users.update', { id, seen, ...OWN })).toEqual({
      ...{ code: 'access/permission-required', permission: 'tenants.users.edit' }
    });
    expect(await client.refused('users.update', { id, seen, ...OWN })).not.toBeNull();
    expect(await client.refused('me.update', { seen, ...OWN })).toMatchObject({ code: 'input/invalid' });
    expect(await brandOf(id)).toEqual(NOTHING);
  });

  test.each([
    ['brandName', ''],
    ['brandName', 'x'.repeat(41)],
    ['brandName', 'a\u202eb'],
    ['brandAccent', '#777777'],
    ['brandAccent', 'red'],
    ['brandLogo', 'https://example.com/logo.png'],
    ['brandLogo', 'data:image/svg+xml;base64,PHN2Zz4='],
    ['brandLogo', `data:image/png;base64,${Buffer.from('<svg onload=alert(1)>').toString('base64')}`],
    ['brandLogo', `data:image/png;base64,${'A'.repeat(44_000)}`]
  ])('[UX-4] %s is not %s, and its field is named', async (field, value) => {
    const { id } = await app.owner.call<{ id: string }>('users.create', {
      ...{ name: 'Client', email: people.make.address(), packageId: await people.make.package() }
    });
    expect(await app.owner.refused('users.update', { id, seen, [field]: value })).toMatchObject({
      ...{ code: 'input/invalid', field }
    });
    expect(await brandOf(id)).toEqual(NOTHING);
  });

  test('[LIV-7] [LOG-2] the log has what was before and after, of a picture what kind it is; so has a conflict', async () => {
    const { id } = await people.user();
    await edit(id, OWN);
    await edit(id, { brandName: 'Orchard Mail', brandLogo: null });
    const rows = await state.sql<{ change: { path: string; old: unknown; new: unknown }[]; whole: string }[]>`
      select doc->'change' as change, doc::text as whole from audit.entry
      where doc->'target'->>'id' = ${id} and doc->>'action' = 'user.updated' order by n`;
    const picture = expect.stringMatching(/^image\/png, \d+ characters, [0-9a-f]{16}$/) as unknown;
    expect(rows.map(({ change }) => change)).toEqual([
      [
        { path: 'brandName', old: null, new: 'Orchard' },
        { path: 'brandAccent', old: null, new: '#7438ac' },
        { path: 'brandLogo', old: null, new: picture }
      ],
      [
        { path: 'brandName', old: 'Orchard', new: 'Orchard Mail' },
        { path: 'brandLogo', old: picture, new: null }
      ]
    ]);
    expect(rows.some(({ whole }) => whole.includes('base64'))).toBe(false);
    const late = await app.owner.call<Updated>('users.update', { id, seen: 1, brandLogo: OTHER_LOGO });
    expect(late.refused).toMatchObject([
      {
        ...{ code: 'conflict/changed-since', field: 'brandLogo', theirs: null },
        yours: expect.stringMatching(/^image\/webp, \d+ characters, /) as unknown
      }
    ]);
  });
});

describe('[TEN-5] the brand shows', () => {
  test('[LIV-1] open pages of the user hear of a change, and of the installation’s every user’s; nobody of another’s', async () => {
    const [mine, theirs] = [await people.user(), await people.user()];
    using own = openReplica(mine.client, 'own');
    using other = openReplica(theirs.client, 'own');
    using ofStaff = openReplica(viewer.client, 'settings');
    await until(() => [own, other, ofStaff].every(({ provider }) => provider.synced), 'all read');
    const [heard, heardByOther, heardByStaff] = [countNews(own), countNews(other), countNews(ofStaff)];
    await edit(mine.id, OWN);
    await until(() => heard() > 0, 'the user hears of it');
    expect(JSON.stringify(await theirs.client.call<Me>('me.get'))).not.toContain('Orchard');
    const [before, beforeOther] = [heard(), heardByOther()];
    await app.owner.call('settings.update', { seen, branding: { name: 'Northwind Post' } });
    await until(
      () => heard() > before && heardByOther() > beforeOther,
      'every user hears of the installation’s'
    );
    expect(heardByStaff()).toBe(0);
    expect((await wornBy(theirs.client)).name).toBe('Northwind Post');
    expect(await wornBy(mine.client)).toEqual(WORN);
    await app.owner.call('settings.update', { seen, branding: { name: INSTALLATION.name } });
  });

  test('in mail to the user, and in the name that its second factor goes by', async () => {
    const [mine, plain] = [await people.user(), await people.user()];
    await edit(mine.id, OWN);
    const mailTo = async ({ id, email }: SignedInUser) => {
      const row = {
        ...{ id: randomUUID(), administratorId: null, userId: id, holderId: id, address: email, data: {} },
        ...{ kind: 'password-changed' }
      } as Parameters<typeof prepareMail>[1];
      return (await prepareMail(open.deps, row, { from: 'mail@northwind.example', readers: [] }))!.mail;
    };
    const branded = await mailTo(mine);
    expect(branded.from).toEqual({ name: 'Orchard', address: 'mail@northwind.example' });
    expect(JSON.stringify(branded)).not.toContain('Northwind Mail');
    expect((await mailTo(plain)).from.name).toBe('Northwind Mail');
    const { uri } = await mine.client.call<{ uri: string }>('auth.beginTotp');
    expect(new URL(uri).searchParams.get('issuer')).toBe('Orchard');
    // Before anybody is signed in nobody's brand is told.
    const status = await new ApiClient(app.origin).call<{ branding: object }>('setup.status');
    expect(status.branding).toEqual(INSTALLATION);
  });

  test('[TEN-6] to whoever of staff is signed in as the user', async () => {
    const { id } = await people.user();
    await edit(id, OWN);
    const { as } = await app.owner.call<VisitBegun>('users.signInAs', { id, reason: 'Ticket 2281' });
    const page = new ApiClient(app.origin);
    Object.assign(page, {
      ...{ cookie: app.owner.cookie, visit: app.owner.visit, as: writeActingAs(as) }
    });
    expect(await wornBy(page)).toEqual(WORN);
    await page.call('auth.signOut');
    expect((await wornBy(app.owner)).name).toBe(INSTALLATION.name);
  });
});

test('[TEN-3] the database shows a user its own brand alone, and lets it write none', async () => {
  const [mine, theirs] = [await people.user(), await people.user()];
  await edit(mine.id, OWN);
  await edit(theirs.id, { brandName: 'Vine' });
  const db = tenantDatabase(open.handle.db, mine.id);
  expect(await readBrand(db, mine.id)).toEqual({ name: 'Orchard', accent: '#7438ac', logo: LOGO });
  expect(await readBrand(db, theirs.id)).toEqual(NOTHING);
  const connection = postgres(app.databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const written = connection.begin(async (tx) => {
      await tx`select set_config('app.user', ${mine.id}, true)`;
      await declareAudited(tx);
      await tx`set local role rolecall_tenant`;
      await tx`update users set brand = null where id = ${mine.id}`;
    });
    expect(await written.then(() => null, sqlState)).toBe('42501');
  } finally {
    await connection.end();
  }
});

test('[TEN-7] closing a user erases its brand', async () => {
  const { id } = await people.user();
  await edit(id, OWN);
  await app.owner.call('users.close', { id, reason: 'Contract ended' });
  expect(await brandOf(id)).toMatchObject({ name: 'Orchard' });
  await state.audited(
    (tx) => tx`update users set closes_at = ${new Date(Date.now() - 1000)} where id = ${id}`
  );
  // The housekeeping of the console may be first.
  await endDue(open.deps);
  await until(
    async () =>
      (await state.sql`select 1 from users where id = ${id} and deleted_at is not null`).length === 1,
    'it is closed'
  );
  expect((await state.sql`select brand from users where id = ${id}`)[0]).toEqual({ brand: null });
  expect(await brandOf(id)).toEqual(NOTHING);
});
