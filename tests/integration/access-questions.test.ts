import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantPeople } from '../support/accounts';
import { plantApplication } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [DEC-3] [DEC-7] The console's own questions about access: the same answers as other programs get, with the reasons
// in words.

let app: TestConsole;
let state: StateProbe;
let role: string;
let people: string[];

const MERGE = { action: { name: 'merge' }, resource: { type: 'audience.contact_lists' } };
const MERGE_ID = 'audience.contact_lists.merge';
type Explained = {
  decision: boolean;
  permission: string;
  reasons: { code: string; text: string; advice: string; remedy: string | null }[];
  checks: { id: string; state: string; title: string; text: string }[];
  remedies: {
    kind: string;
    title: string;
    role: { name: string } | null;
    by: { total: number; people: { id: string; name: string }[] };
  }[];
};
const explain = (id: string, asked: object = MERGE) =>
  app.owner.call<Explained>('access.evaluate', { subject: { type: 'administrator', id }, ...asked });

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const permissions = ['audience.contact_lists.merge', 'audience.contact_lists.view'];
  role = (await app.owner.call<{ id: string }>('roles.create', { name: 'Mergers', permissions })).id;
  people = await plantPeople(state, [
    { roleId: role, name: 'Ann' },
    { roleId: role, name: 'Ben', status: 'suspended' },
    { roleId: 'analyst', name: 'Cleo' }
  ]);
  await until(async () => (await explain(people[0]!)).decision, 'known');
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

test('[DEC-3] yes says through which role; no says all that stands in the way, and what would make it a yes', async () => {
  expect(await explain(people[0]!)).toMatchObject({
    decision: true,
    permission: 'audience.contact_lists.merge',
    reasons: [
      {
        code: 'granted',
        text: 'Ann has the role “Mergers”, which includes “Contact lists and groups › Merge”.',
        remedy: null
      }
    ]
  });
  expect(await explain(people[1]!)).toMatchObject({
    decision: false,
    reasons: [{ code: 'suspended', text: 'Ben is suspended.', remedy: 'Reactivate Ben.' }]
  });
  const { decision, reasons } = await explain(people[2]!);
  expect(decision).toBe(false);
  expect(reasons).toHaveLength(1);
  expect(reasons[0]!.remedy).toMatch(
    /^Add “Contact lists and groups › Merge” to the role “.+”, or assign Cleo another role\.$/
  );
  expect((await explain(people[2]!)).checks.map(({ id, state }) => [id, state])).toEqual([
    ['account', 'passed'],
    ['owner', 'passed'],
    ['role', 'decides']
  ]);
  expect((await explain('nobody')).reasons).toMatchObject([{ code: 'unknown-subject', remedy: null }]);
});

test('[DEC-3] who may, a page at a time, with the role it comes from', async () => {
  type Who = {
    items: { id: string; role: { name: string } }[];
    next: string | null;
    total: number;
    roles: { role: { id: string; name: string }; count: number }[];
  };
  const who = (more: object) =>
    app.owner.call<Who>('access.who', { subject: { type: 'administrator' }, ...MERGE, ...more });
  const all = await who({});
  expect(all.items.map(({ id, role: of }) => [id, of.name])).toEqual(
    [
      [people[0]!, 'Mergers'],
      [app.ownerId, 'Super Administrator']
    ].sort()
  );
  const first = await who({ limit: 1 });
  expect(first).toMatchObject({ items: [all.items[0]], next: all.items[0]!.id, total: 2 });
  // By role they are all counted, whatever the page.
  const counted = first.roles.map(({ role, count }) => [role.name, count]).sort();
  expect(counted).toEqual([
    ['Mergers', 1],
    ['Super Administrator', 1]
  ]);
  expect(await who({ limit: 1, after: first.next })).toMatchObject({ items: [all.items[1]], next: null });
});

test('[DEC-3] what she may do is what her role grants while she may act at all', async () => {
  const what = (id: string) =>
    app.owner.call<{ permissions: string[] }>('access.what', { subject: { type: 'administrator', id } });
  expect((await what(people[0]!)).permissions).toEqual([
    'audience.contact_lists.view',
    'audience.contact_lists.merge'
  ]);
  expect((await what(people[1]!)).permissions).toEqual([]);
  const mine = await app.owner.call<{ permissions: string[] }>('me.get');
  expect((await what(app.ownerId)).permissions).toEqual(mine.permissions.filter((id) => id !== '*'));
  expect(await app.owner.refused('access.what', { subject: { type: 'application', id: people[0] } })).toEqual(
    {
      code: 'not-found',
      what: 'subject'
    }
  );
});

test('[ACC-6] each question about access takes its permission', async () => {
  const somebody = await app.person('Sam Someone', role);
  const subject = { type: 'administrator', id: app.ownerId };
  expect(await somebody.client.refused('access.evaluate', { subject, ...MERGE })).toMatchObject({
    permission: 'tools.decisions.explain'
  });
  expect(await somebody.client.refused('access.what', { subject })).toMatchObject({
    permission: 'tools.decisions.search'
  });
});

test('[DEC-3] [ACC-7] what would make it a yes, and who may do that by the rules that judge it then', async () => {
  const told = async (id: string, client = app.owner) => {
    const subject = { type: 'administrator', id };
    const { remedies } = await client.call<Explained>('access.evaluate', { subject, ...MERGE });
    return remedies.map(({ kind, role: of, by }) => [
      kind,
      of?.name ?? null,
      by.people.map(({ id: who }) => who)
    ]);
  };
  // Of the roles that include it, the one with the fewest permissions.
  expect(await told(people[2]!)).toEqual([
    ['add', 'Analyst', [app.ownerId]],
    ['assign', 'Mergers', [app.ownerId]]
  ]);
  expect(await told(people[1]!)).toEqual([['reactivate', null, [app.ownerId]]]);
  expect(await told(people[0]!)).toEqual([]);

  // Whoever may edit roles, holds it, and may do all that the holders of the role may.
  const { permissions: analyst } = await app.owner.call<{ permissions: string[] }>('roles.get', {
    id: 'analyst'
  });
  const permissions = ['people.roles.edit', 'tools.decisions.explain', ...analyst, MERGE_ID];
  const { id: editors } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Editors',
    permissions
  });
  const editor = await app.person('Edda Editor', editors);
  await until(async () => (await told(people[2]!))[0]![2]!.length === 2, 'another helper');
  const subject = { type: 'administrator', id: people[2]! };
  const { remedies } = await editor.client.call<Explained>('access.evaluate', { subject, ...MERGE });
  expect(remedies[0]!.by.total).toBe(2);
  expect(remedies[0]!.by.people).toHaveLength(2);

  // Who may see neither roles nor people hears what can be done, and how many could: no role that is not the
  // subject’s, and no name.
  const { id: explainers } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Explainers',
    permissions: ['tools.decisions.explain']
  });
  const weak = await app.person('Wanda Weak', explainers);
  const heard = await weak.client.call<Explained>('access.evaluate', { subject, ...MERGE });
  expect(heard.remedies.map(({ kind, role: of, by }) => [kind, of, by])).toEqual([
    ['add', null, { total: 2, people: [] }],
    ['assign', null, { total: 1, people: [] }]
  ]);
  expect(JSON.stringify(heard.remedies)).not.toMatch(/Mergers|Analyst|Maya|Edda/);
});

type Changes = {
  held: { then: number; now: number };
  gained: string[];
  lost: string[];
  logBegins: string | null;
  items: {
    id: number;
    action: string;
    actor: { name: string | null };
    gained: string[];
    lost: string[];
    use: string | null;
  }[];
  next: string | null;
};

describe('[DEC-7] what changed for somebody', () => {
  const [MERGES, VIEWS, EXPORTS] = ['merge', 'view', 'export'].map(
    (name) => `audience.contact_lists.${name}`
  );
  const ANOTHER = 'audience.contacts.view';
  let moved: { id: string };
  let before: number;
  const newest = async () => Number((await state.sql`select max(seq) as seq from audit.seq`)[0]!['seq']);
  const numbered = () => until(async () => (await state.sql`select 1 from audit.pending`).length === 0);
  const changes = (id: string, since: number | string, more: object = {}) =>
    app.owner.call<Changes>('access.changes', { subject: { type: 'administrator', id }, since, ...more });

  beforeAll(async () => {
    const made = (name: string, permissions: string[]) =>
      app.owner.call<{ id: string }>('roles.create', { name, permissions });
    const first = await made('First', [MERGES!, VIEWS!]);
    const second = await made('Second', [VIEWS!]);
    const [id] = await plantPeople(state, [{ roleId: first.id, name: 'Mo' }]);
    moved = { id: id! };
    await until(async () => (await explain(moved.id)).decision, 'known');
    await numbered();
    before = await newest();
    const { seq } = await app.owner.call<{ seq: number }>('roles.get', { id: first.id });
    // Of the role they have; of the one they do not have yet; the move; of the one they had.
    await app.owner.call('roles.edit', { id: first.id, seen: seq, grant: [EXPORTS], revoke: [] });
    await app.owner.call('roles.edit', { id: second.id, seen: 1, grant: [ANOTHER], revoke: [] });
    const person = await app.owner.call<{ seq: number }>('administrators.get', { id: moved.id });
    await app.owner.call('administrators.update', {
      id: moved.id,
      seen: person.seq,
      roleId: second.id
    });
    await app.owner.call('roles.edit', { id: first.id, seen: seq + 1, grant: [], revoke: [MERGES] });
    await app.owner.call('administrators.suspend', { id: moved.id });
    await numbered();
  });

  test('newest first, each with who did it, what it gave and what it took, and what is left of it all', async () => {
    const { items, ...rest } = await changes(moved.id, before);
    expect(items.map(({ action, gained, lost, use }) => ({ action, gained, lost, use }))).toEqual([
      { action: 'administrator.suspended', gained: [], lost: [], use: 'stopped' },
      { action: 'administrator.role_changed', gained: [ANOTHER], lost: [MERGES, EXPORTS], use: null },
      { action: 'role.edited', gained: [EXPORTS], lost: [], use: null }
    ]);
    expect(new Set(items.map(({ actor }) => actor.name))).toEqual(new Set(['Maya Lindqvist']));
    expect(rest).toEqual({
      subject: { type: 'administrator', id: moved.id, name: 'Mo' },
      held: { then: 2, now: 2 },
      gained: [ANOTHER],
      lost: [MERGES],
      logBegins: null,
      next: null
    });
  });

  test('a page at a time, each entry once; since a moment as since a number', async () => {
    const all = await changes(moved.id, before);
    const one = await changes(moved.id, before, { limit: 2 });
    const two = await changes(moved.id, before, { limit: 2, cursor: one.next });
    expect([...one.items, ...two.items]).toEqual(all.items);
    expect(two).toMatchObject({ held: all.held, gained: all.gained, lost: all.lost, next: null });
    const since = '2020-01-01T00:00:00.000Z';
    const ever = await changes(moved.id, since);
    expect(ever.items.slice(0, 3)).toEqual(all.items);
    expect(ever.logBegins).not.toBeNull();
    expect((await changes(moved.id, all.items[0]!.id)).items).toEqual([]);
  });

  test('[ACC-6] what changed for somebody takes seeing the log besides, and says what it cannot read', async () => {
    const explains = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Explains',
      permissions: ['tools.decisions.explain']
    });
    const { client } = await app.person('Eve Explains', explains.id);
    const subject = { type: 'administrator', id: moved.id };
    expect(await client.refused('access.changes', { subject, since: 1 })).toMatchObject({
      permission: 'tools.activity_log.view'
    });
    expect(await app.owner.refused('access.changes', { subject, since: 'monday' })).toMatchObject({
      code: 'input/invalid',
      field: 'since'
    });
    expect(await app.owner.refused('access.changes', { subject, since: 1, cursor: 'x' })).toMatchObject({
      field: 'cursor'
    });
  });
});

describe('[DEC-6] what is permitted is counted, and what nobody uses is told', () => {
  type Unused = {
    days: number;
    countingSince: string;
    held: number;
    unused: { permission: string; since: string }[];
  };
  const unused = (type: string, id: string) => app.owner.call<Unused>('access.unused', { of: { type, id } });
  const ids = (answer: Unused) => answer.unused.map(({ permission }) => permission);
  const counted = async (id: string) =>
    Object.fromEntries(
      (
        await state.sql`select permission, sum(count)::int as count from permit_counts where principal_id = ${id} group by 1`
      ).map((row) => [row['permission'], row['count']])
    ) as Record<string, number>;

  test('what a procedure took and what an endpoint answered, in one row a day, written after and not with the request', async () => {
    const permissions = ['people.roles.view', 'people.roles.view_history', 'people.administrators.view'];
    const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Lookers', permissions });
    const lou = await app.person('Lou Looker', id);
    const lee = await app.person('Lee Looker', id);
    expect(ids(await unused('role', id))).toEqual(expect.arrayContaining(permissions));
    for (let at = 0; at < 3; at++) await lou.client.call('roles.list');
    expect(await lou.client.refused('roles.create', { name: 'No' })).toMatchObject({
      permission: 'people.roles.add'
    });
    await until(async () => (await counted(lou.id))['people.roles.view'] === 3, 'counted');
    await lou.client.call('roles.list');
    await until(async () => (await counted(lou.id))['people.roles.view'] === 4, 'added to');
    expect(
      await state.sql`select 1 from permit_counts where principal_id = ${lou.id} and permission = 'people.roles.view'`
    ).toHaveLength(1);
    // What was refused was not used.
    expect(await counted(lou.id)).not.toHaveProperty('people.roles.add');

    // Of the role what none of its holders used; of each what they did not.
    expect(ids(await unused('role', id))).not.toContain('people.roles.view');
    expect(ids(await unused('administrator', lou.id))).not.toContain('people.roles.view');
    const other = await unused('administrator', lee.id);
    expect(ids(other)).toContain('people.roles.view');
    expect(other).toMatchObject({ days: 90, held: 3 });

    // Long ago is unused, 89 days ago is not.
    await state.sql`update permit_counts set day = day - 89 where principal_id = ${lou.id}`;
    expect(ids(await unused('administrator', lou.id))).not.toContain('people.roles.view');
    await state.sql`update permit_counts set day = day - 1 where principal_id = ${lou.id}`;
    expect(ids(await unused('administrator', lou.id))).toContain('people.roles.view');
  });

  test('what was given later is counted since then', async () => {
    const { id } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Later',
      permissions: [MERGE_ID]
    });
    await until(
      async () => (await app.owner.try('access.unused', { of: { type: 'role', id } })).status === 200
    );
    const { countingSince, unused: first } = await unused('role', id);
    expect(Date.parse(first[0]!.since)).toBeGreaterThan(Date.parse(countingSince));
    expect(await app.owner.refused('access.unused', { of: { type: 'role', id: 'nowhere' } })).toMatchObject({
      code: 'not-found'
    });
  });

  test('[DEC-1] a yes to another program is counted for whoever was asked about, a no is not', async () => {
    const asker = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Askers',
      permissions: ['tools.decisions.evaluate']
    });
    const machine = await plantApplication(state, { roleId: asker.id });
    const ask = (name: string) =>
      askEndpoint(app.origin, '/access/v1/evaluation', {
        key: machine.key,
        body: {
          subject: { type: 'administrator', id: people[0] },
          action: { name },
          resource: { type: 'audience.contact_lists', id: '1' }
        }
      });
    await until(async () => (await ask('merge')).status === 200, 'the key works');
    await ask('export');
    await until(async () => (await counted(people[0]!))[MERGE_ID] === 1, 'counted');
    expect(await counted(people[0]!)).toEqual({ [MERGE_ID]: 1 });
    // Perhaps written with the next: it was asked for after the first.
    await expect.poll(() => counted(machine.id)).toMatchObject({ 'tools.decisions.evaluate': 2 });
  });
});
