import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantPeople } from '../support/accounts';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [DEC-3] [DEC-7] The console's own questions about access: the same answers as other programs get, with the reasons in words.

let app: TestConsole;
let state: StateProbe;
let role: string;
let people: string[];

const MERGE = { action: { name: 'merge' }, resource: { type: 'audience.contact_lists' } };
type Explained = {
  decision: boolean;
  permission: string;
  reasons: { code: string; text: string; advice: string; remedy: string | null }[];
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
  await until(async () => (await explain(people[0]!)).decision, 5000, 'known');
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
  expect((await explain('nobody')).reasons).toMatchObject([{ code: 'unknown-subject', remedy: null }]);
});

test('[DEC-3] who may, a page at a time, with the role it comes from', async () => {
  type Who = { items: { id: string; role: { name: string } }[]; next: string | null; total: number };
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

test('[ACC-6] each takes its permission', async () => {
  const somebody = await app.person('Sam Someone', role);
  const subject = { type: 'administrator', id: app.ownerId };
  expect(await somebody.client.refused('access.evaluate', { subject, ...MERGE })).toMatchObject({
    permission: 'tools.decisions.explain'
  });
  expect(await somebody.client.refused('access.what', { subject })).toMatchObject({
    permission: 'tools.decisions.search'
  });
});
