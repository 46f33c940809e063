import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantPeople } from '../support/accounts';
import { plantApplication } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [DEC-1] AuthZEN Authorization API 1.0, scenario by scenario: what is sent, the status, and what is answered.

let app: TestConsole;
let state: StateProbe;
let key: string;
/** Ids of those who are asked about. */
const who: Record<string, string> = {};

const LISTS = 'audience.contact_lists';
const MERGE = { name: 'merge' };
const VIEW = { name: 'view' };
const RECORD = { type: LISTS, id: '17' };
const of = (name: string, type = 'administrator') => ({ type, id: who[name] ?? name });
const question = (name: string, action: object = MERGE, resource: object = RECORD) => ({
  subject: of(name),
  action,
  resource
});

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const role = (name: string, permissions: string[]) =>
    app.owner.call<{ id: string }>('roles.create', { name, permissions });
  const { id: mergers } = await role('Mergers', [`${LISTS}.merge`, `${LISTS}.view`]);
  const { id: readers } = await role('Readers', [`${LISTS}.view`]);
  const names = ['alice', 'bob', 'carl', 'dora', 'gone'];
  const ids = await plantPeople(state, [
    { roleId: mergers },
    { roleId: mergers },
    { roleId: readers },
    { roleId: mergers, status: 'suspended' },
    { roleId: mergers, deactivated: true }
  ]);
  names.forEach((name, at) => (who[name] = ids[at]!));
  who['owner'] = app.ownerId;
  const asker = await role('Deciders', ['tools.decisions.evaluate', 'tools.decisions.search']);
  key = (await plantApplication(state, { roleId: asker.id })).key;
  who['script'] = (await plantApplication(state, { roleId: mergers })).id;
  who['stopped'] = (await plantApplication(state, { roleId: mergers, status: 'suspended' })).id;
  // The one who was added last is known: so is everybody else.
  const last = () => ask('/evaluation', { ...question(''), subject: of('stopped', 'application') });
  await until(
    async () => ((await last()).body as Single).context?.reason === 'suspended',
    'the console knows everybody'
  );
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  askEndpoint(app.origin, `/access/v1${path}`, { key, body, headers });

type Context = { reason?: string; error?: { status: number; message: string } };
type Single = { decision: boolean; context: Context };
type Many = { evaluations: Single[] };
type Found = {
  results: { type?: string; id?: string; name?: string }[];
  page: { next_token: string; count: number; total: number };
};

describe('[DEC-1] [DEC-2] /evaluation', () => {
  test.each<[string, () => unknown, boolean, string]>([
    ['granted', () => question('alice'), true, 'granted'],
    [
      'by address',
      () => ({
        ...question(''),
        subject: { type: 'administrator', id: `${who['alice']}@NORTHWIND.example` }
      }),
      true,
      'granted'
    ],
    ['an application', () => ({ ...question(''), subject: of('script', 'application') }), true, 'granted'],
    ['not in the role', () => question('carl'), false, 'not-granted'],
    ['suspended', () => question('dora'), false, 'suspended'],
    [
      'a suspended application',
      () => ({ ...question(''), subject: of('stopped', 'application') }),
      false,
      'suspended'
    ],
    ['deactivated', () => question('gone'), false, 'closed'],
    ['nobody', () => question('nobody'), false, 'unknown-subject'],
    [
      'a person as an application',
      () => ({ ...question(''), subject: of('alice', 'application') }),
      false,
      'unknown-subject'
    ],
    [
      'a type that there is not',
      () => ({ ...question(''), subject: of('alice', 'identity') }),
      false,
      'unknown-subject'
    ],
    [
      'an empty id',
      () => ({ ...question(''), subject: { type: 'administrator', id: '' } }),
      false,
      'unknown-subject'
    ],
    ['an action that there is not', () => question('alice', { name: 'fly' }), false, 'unknown-action'],
    [
      'an area as the type',
      () => question('alice', MERGE, { type: 'audience', id: '1' }),
      false,
      'unknown-action'
    ],
    [
      'a route',
      () => question('alice', { name: 'GET' }, { type: 'route', id: '/todos' }),
      false,
      'unknown-action'
    ],
    ['the owner', () => question('owner'), true, 'granted'],
    [
      'with properties and context',
      () => ({
        subject: { ...of('alice'), properties: { department: 'Sales' } },
        action: { ...MERGE, properties: { method: 'POST' } },
        resource: { ...RECORD, properties: { owner: 'somebody', status: 'open' } },
        context: { time: '2026-11-29T12:00:00Z', nested: { deep: [1, 2, 3] } }
      }),
      true,
      'granted'
    ],
    [
      'members that nobody knows',
      () => ({ ...question('alice'), more: 1, options: { x: 1 } }),
      true,
      'granted'
    ],
    ['null members', () => ({ ...question('alice'), context: null }), true, 'granted']
  ])('%s', async (_, body, decision, reason) => {
    const { status, body: answer, headers } = await ask('/evaluation', body());
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer).toMatchObject({
      decision,
      context: {
        reason,
        decision_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        revision: expect.any(Number) as number,
        reason_admin: expect.stringMatching(/\.$/) as string,
        reason_user: expect.stringMatching(/\.$/) as string
      }
    });
  });

  test('what the person who asked is told names nobody and no role', async () => {
    const { body } = await ask('/evaluation', question('carl'));
    const { reason_admin, reason_user } = (body as { context: Record<string, string> }).context;
    expect(reason_admin).toBe(
      'Planted has the role “Readers”, which doesn’t include “Contact lists and groups › Merge”.'
    );
    expect(reason_user).toBe('You don’t have access to this. Ask an administrator who can change your role.');
  });

  test('the same request, the same decision', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('/evaluation', question('alice'))));
    expect(answers.map(({ body }) => (body as Single).decision)).toEqual([true, true, true, true, true]);
  });

  test.each<[string, () => unknown, string]>([
    ['no subject', () => ({ ...question('alice'), subject: undefined }), 'subject is missing'],
    ['no action', () => ({ ...question('alice'), action: undefined }), 'action is missing'],
    ['no resource', () => ({ ...question('alice'), resource: undefined }), 'resource is missing'],
    ['null for a subject', () => ({ ...question('alice'), subject: null }), 'subject is missing'],
    ['a text for a subject', () => ({ ...question('alice'), subject: 'alice' }), 'subject must be an object'],
    [
      'a list for a subject',
      () => ({ ...question('alice'), subject: [of('alice')] }),
      'subject must be an object'
    ],
    ['no type', () => ({ ...question('alice'), subject: { id: '1' } }), 'subject.type is missing'],
    ['no id', () => ({ ...question('alice'), subject: { type: 'administrator' } }), 'subject.id is missing'],
    [
      'a number for an id',
      () => ({ ...question('alice'), subject: { type: 'administrator', id: 7 } }),
      'subject.id must be a string'
    ],
    ['no name', () => ({ ...question('alice'), action: {} }), 'action.name is missing'],
    [
      'a number for a name',
      () => ({ ...question('alice'), action: { name: 1 } }),
      'action.name must be a string'
    ],
    [
      'a resource without a type',
      () => ({ ...question('alice'), resource: { id: '1' } }),
      'resource.type is missing'
    ],
    [
      'a resource without an id',
      () => ({ ...question('alice'), resource: { type: LISTS } }),
      'resource.id is missing'
    ],
    [
      'properties of another kind',
      () => ({ ...question('alice'), subject: { ...of('alice'), properties: [] } }),
      'subject.properties must be an object'
    ],
    [
      'a context of another kind',
      () => ({ ...question('alice'), context: 'now' }),
      'context must be an object'
    ],
    [
      'an owner of another kind',
      () => question('alice', MERGE, { ...RECORD, properties: { owner: 1 } }),
      'resource.properties.owner must be a string'
    ],
    ['a list', () => [question('alice')], 'the body must be an object'],
    ['null', () => 'null', 'the body must be an object'],
    ['nothing', () => '', 'the body is not JSON'],
    ['half of it', () => '{"subject":', 'the body is not JSON']
  ])('%s is 400, and the body says what in plain words', async (_, body, message) => {
    const { status, text, headers } = await ask('/evaluation', body());
    expect({ status, text }).toEqual({ status: 400, text: message });
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
  });

  test('another content type is 400', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1'
    ])
      expect((await ask('/evaluation', question('alice'), { 'content-type': type })).status, type).toBe(400);
    expect(
      (await ask('/evaluation', question('alice'), { 'content-type': 'application/json;charset=UTF-8' }))
        .status
    ).toBe(200);
  });
});

describe('[DEC-1] /evaluations', () => {
  const decisions = ({ evaluations }: Many) => evaluations.map(({ decision }) => decision);

  test.each<[string, () => object, boolean[]]>([
    [
      'items of their own',
      () => ({ evaluations: [question('alice'), question('carl'), question('bob')] }),
      [true, false, true]
    ],
    [
      'an empty item has all of the request',
      () => ({ ...question('alice'), evaluations: [{}, {}] }),
      [true, true]
    ],
    [
      'what an item has replaces the whole',
      () => ({ ...question('alice'), evaluations: [{ subject: of('carl') }, { action: VIEW }] }),
      [false, true]
    ],
    [
      'in part is not filled up: no type, so no question',
      () => ({ ...question('alice'), evaluations: [{ subject: { id: who['bob'] } }, {}] }),
      [false, true]
    ],
    [
      'an item that lacks something',
      () => ({ subject: of('alice'), resource: RECORD, evaluations: [{ action: MERGE }, {}] }),
      [true, false]
    ],
    [
      'an item that is none',
      () => ({ ...question('alice'), evaluations: ['x', 7, null, {}] }),
      [false, false, false, true]
    ],
    [
      'all of them',
      () => ({
        evaluations: [question('carl'), question('alice')],
        options: { evaluations_semantic: 'execute_all' }
      }),
      [false, true]
    ],
    [
      'until the first no',
      () => ({
        evaluations: [question('alice'), question('carl'), question('bob')],
        options: { evaluations_semantic: 'deny_on_first_deny' }
      }),
      [true, false]
    ],
    [
      'until the first yes',
      () => ({
        evaluations: [question('carl'), question('alice'), question('carl')],
        options: { evaluations_semantic: 'permit_on_first_permit' }
      }),
      [false, true]
    ],
    [
      'options without a semantic',
      () => ({ evaluations: [question('alice')], options: { another: 1 } }),
      [true]
    ],
    [
      'a context for all, and one of an item’s own',
      () => ({ ...question('alice'), context: { a: 1 }, evaluations: [{ context: { b: 2 } }, {}] }),
      [true, true]
    ]
  ])('%s', async (_, body, expected) => {
    const { status, body: answer } = await ask('/evaluations', body());
    expect(status).toBe(200);
    expect(Object.keys(answer as object)).toEqual(['evaluations']);
    expect(decisions(answer as Many)).toEqual(expected);
  });

  test('an item that failed says how', async () => {
    const { body } = await ask('/evaluations', {
      evaluations: [{ ...question('alice'), action: undefined }]
    });
    expect(body).toEqual({
      evaluations: [{ decision: false, context: { error: { status: 400, message: 'action is missing' } } }]
    });
  });

  test.each<[string, () => object]>([
    ['no items', () => question('alice')],
    ['an empty list of them', () => ({ ...question('alice'), evaluations: [] })]
  ])('%s: a single question', async (_, body) => {
    const { status, body: answer } = await ask('/evaluations', body());
    expect(status).toBe(200);
    expect(answer).toMatchObject({ decision: true, context: { reason: 'granted' } });
  });

  test.each<[string, () => unknown]>([
    [
      'a semantic that there is not',
      () => ({ evaluations: [question('alice')], options: { evaluations_semantic: 'any' } })
    ],
    [
      'a semantic by a prototype’s name',
      () => ({ evaluations: [question('alice')], options: { evaluations_semantic: 'constructor' } })
    ],
    [
      'a semantic of another kind',
      () => ({ evaluations: [question('alice')], options: { evaluations_semantic: 1 } })
    ],
    ['options of another kind', () => ({ evaluations: [question('alice')], options: 'all' })],
    ['items of another kind', () => ({ ...question('alice'), evaluations: {} })],
    ['a default of another kind', () => ({ ...question('alice'), subject: 'alice', evaluations: [{}] })],
    ['more than a thousand', () => ({ ...question('alice'), evaluations: Array(1001).fill({}) })],
    ['neither items nor a question', () => ({})],
    ['a list', () => [question('alice')]]
  ])('%s is 400', async (_, body) => expect((await ask('/evaluations', body())).status).toBe(400));
});

describe('[DEC-1] [DEC-3] /search', () => {
  const mergers = () => ['alice', 'bob', 'owner'].map((name) => who[name]!).sort();
  const bySubject = (type = 'administrator', action: object = MERGE) => ({
    subject: { type },
    action,
    resource: RECORD
  });

  test('who may: those alone who would be told yes, of the type that was asked for', async () => {
    const { status, body } = await ask('/search/subject', bySubject());
    const { results, page } = body as Found;
    expect(status).toBe(200);
    expect(results).toEqual(mergers().map((id) => ({ type: 'administrator', id })));
    expect(page).toEqual({ next_token: '', count: 3, total: 3 });
    for (const subject of results)
      expect((await ask('/evaluation', { ...question(''), subject })).body).toMatchObject({ decision: true });
    const applications = (await ask('/search/subject', bySubject('application'))).body as Found;
    expect(applications.results).toEqual([{ type: 'application', id: who['script'] }]);
  });

  test('what may she, and on what', async () => {
    const action = async (name: string) =>
      ((await ask('/search/action', { subject: of(name), resource: RECORD })).body as Found).results;
    expect(await action('alice')).toEqual([{ name: 'merge' }, { name: 'view' }]);
    expect(await action('carl')).toEqual([{ name: 'view' }]);
    const resource = async (name: string) =>
      ((await ask('/search/resource', { ...question(name), resource: { type: LISTS } })).body as Found)
        .results;
    expect(await resource('alice')).toEqual([{ type: LISTS, id: '*' }]);
    expect(await resource('carl')).toEqual([]);
  });

  test.each<[string, string, () => object]>([
    ['a kind that there is not', '/search/subject', () => bySubject('robot')],
    ['an action that there is not', '/search/subject', () => bySubject('administrator', { name: 'fly' })],
    ['nobody', '/search/action', () => ({ subject: of('nobody'), resource: RECORD })],
    ['a suspended person', '/search/action', () => ({ subject: of('dora'), resource: RECORD })],
    [
      'a type that there is not',
      '/search/action',
      () => ({ subject: of('alice'), resource: { type: 'route', id: '/' } })
    ],
    ['nobody’s', '/search/resource', () => question('nobody')]
  ])('%s: an empty list', async (_, path, body) => {
    const { status, body: answer } = await ask(path, body());
    expect({ status, answer }).toEqual({
      status: 200,
      answer: { results: [], page: { next_token: '', count: 0, total: 0 } }
    });
  });

  test('an id that is sent where it is looked for does not matter', async () => {
    const sent = { ...bySubject(), subject: { type: 'administrator', id: 'x' } };
    expect(((await ask('/search/subject', sent)).body as Found).results).toHaveLength(3);
  });

  test('page by page, one at a time, everybody is reached once', async () => {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page: Record<string, unknown> = token === undefined ? { limit: 1 } : { token, limit: 1 };
      const { status, body } = await ask('/search/subject', { ...bySubject(), page });
      expect(status).toBe(200);
      const answer = body as Found;
      expect(answer.page).toMatchObject({ count: 1, total: 3 });
      found.push(...answer.results.map(({ id }) => id!));
      token = answer.page.next_token;
    } while (token);
    expect(found).toEqual(mergers());
  });

  test('a token is for its request: another one, another endpoint and a made-up one are refused', async () => {
    const first = (await ask('/search/subject', { ...bySubject(), page: { limit: 1 } })).body as Found;
    const token = first.page.next_token;
    // Every other last letter, those that stand for the same bytes among them.
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    const turned = letters.map((letter) => `${token.slice(0, -1)}${letter}`).filter((each) => each !== token);
    expect(turned).toHaveLength(63);
    const again = async (body: object, path = '/search/subject') => (await ask(path, body)).status;
    const { subject, action, resource } = bySubject();
    // The same, written in another order.
    expect(await again({ resource, action, subject, page: { token } })).toBe(200);
    expect(await again({ ...bySubject('administrator', VIEW), page: { token } })).toBe(400);
    expect(await again({ ...bySubject(), context: { a: 1 }, page: { token } })).toBe(400);
    expect(await again({ subject: of('alice'), resource, page: { token } }, '/search/action')).toBe(400);
    for (const made of [...turned, 'x', '.', `${token}.`, 7, {}])
      expect(await again({ ...bySubject(), page: { token: made } }), JSON.stringify(made)).toBe(400);
  });

  test.each<[string, string, () => object]>([
    ['no subject', '/search/subject', () => ({ action: MERGE, resource: RECORD })],
    ['no subject type', '/search/subject', () => ({ ...bySubject(), subject: { id: 'x' } })],
    ['no action', '/search/subject', () => ({ subject: { type: 'administrator' }, resource: RECORD })],
    ['no resource id', '/search/subject', () => ({ ...bySubject(), resource: { type: LISTS } })],
    ['no subject id', '/search/action', () => ({ subject: { type: 'administrator' }, resource: RECORD })],
    ['no resource', '/search/action', () => ({ subject: of('alice') })],
    ['no resource type', '/search/resource', () => ({ ...question('alice'), resource: {} })],
    ['a limit of 0', '/search/subject', () => ({ ...bySubject(), page: { limit: 0 } })],
    ['a limit in words', '/search/subject', () => ({ ...bySubject(), page: { limit: 'all' } })],
    ['a page of another kind', '/search/subject', () => ({ ...bySubject(), page: 1 })]
  ])('%s is 400', async (_, path, body) => expect((await ask(path, body())).status).toBe(400));
});

test('[DEC-1] discovery says where the endpoints are, to anybody, in the public origin', async () => {
  const { status, body } = await askEndpoint(app.origin, '/.well-known/authzen-configuration');
  expect(status).toBe(200);
  expect(body).toEqual({
    policy_decision_point: app.origin,
    access_evaluation_endpoint: `${app.origin}/access/v1/evaluation`,
    access_evaluations_endpoint: `${app.origin}/access/v1/evaluations`,
    search_subject_endpoint: `${app.origin}/access/v1/search/subject`,
    search_action_endpoint: `${app.origin}/access/v1/search/action`,
    search_resource_endpoint: `${app.origin}/access/v1/search/resource`
  });
  for (const url of Object.values(body as Record<string, string>).slice(1, 3))
    expect((await askEndpoint('', url, { key, body: question('alice') })).status).toBe(200);
});

test('[DEC-6] [LOG-6] a no is in the log, equal ones once and then together; a yes and a stranger are not', async () => {
  const role = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Log deciders',
    permissions: ['tools.decisions.evaluate']
  });
  const asker = await plantApplication(state, { roleId: role.id, name: 'Ledger sync' });
  const put = (path: string, body: unknown) =>
    askEndpoint(app.origin, `/access/v1${path}`, { key: asker.key, body });
  await until(async () => (await put('/evaluation', question('alice'))).status === 200, 'the key works');
  const item = { subject: of('carl'), action: MERGE, resource: RECORD };
  const entries = async () =>
    (
      await state.sql`select doc from audit.entry where doc->'actor'->>'id' = ${asker.id} and doc->>'outcome' = 'denied' order by n`
    ).map((row) => row['doc'] as Record<string, unknown>);
  await put('/evaluations', { evaluations: [item, item, { ...item, subject: of('nobody') }] });
  await put('/evaluation', question('dora'));
  await put('/evaluation', question('dora'));
  await until(async () => (await entries()).length === 2, 'recorded');
  expect((await entries()).map(({ action, reason, target }) => ({ action, reason, target }))).toEqual(
    expect.arrayContaining([
      {
        action: 'access.denied',
        reason: 'not-granted',
        target: { type: 'administrator', id: who['carl'], name: 'Planted' }
      },
      {
        action: 'access.denied',
        reason: 'suspended',
        target: { type: 'administrator', id: who['dora'], name: 'Planted' }
      }
    ])
  );
  const repeats = async () =>
    (await state.sql`select repeats from denials where administrator_id = ${asker.id}`).map(
      (row) => row['repeats'] as number
    );
  // What was denied between two writings is counted with the second.
  await expect.poll(repeats).toEqual([1, 1]);
  await until(async () => (await state.sql`select 1 from audit.pending`).length === 0);
  const { entries: listed } = await app.owner.call<{ entries: { detail: string; sentence: unknown }[] }>(
    'log.list',
    {
      view: 'activity',
      actor: asker.id,
      limit: 10
    }
  );
  expect(listed.map(({ detail }) => detail)).toEqual(
    expect.arrayContaining(['Planted: Contact lists and groups › Merge (not in the role)'])
  );
});

test('[DEC-6] [LOG-6] of very many different noes at a time, those beyond a number are one entry that names nobody', async () => {
  const role = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Busy deciders',
    permissions: ['tools.decisions.evaluate']
  });
  const asker = await plantApplication(state, { roleId: role.id, name: 'Busy' });
  const put = (body: unknown) => askEndpoint(app.origin, '/access/v1/evaluations', { key: asker.key, body });
  await until(
    async () => (await put({ ...question('alice'), evaluations: [] })).status === 200,
    'the key works'
  );
  const { areas } = await app.owner.call<{
    areas: { groups: { id: string; actions: { id: string }[] }[] }[];
  }>('catalogue.get');
  const actions = areas
    .flatMap(({ groups }) => groups)
    .flatMap(({ id, actions: all }) =>
      all.map((action) => ({ action: { name: action.id.slice(id.length + 1) }, resource: { type: id } }))
    );
  const evaluations = actions.map((each) => ({ ...each, resource: { ...each.resource, id: '1' } }));
  expect(evaluations.length).toBeGreaterThan(300);
  const told = await Promise.all(['carl', 'dora'].map((name) => put({ subject: of(name), evaluations })));
  expect(told.map(({ status }) => status)).toEqual([200, 200]);
  const others = async () =>
    state.sql`select repeats from denials where administrator_id = ${asker.id} and kind like 'rest:%'`;
  await until(async () => (await others()).length === 1, 'recorded');
  const count = async () => {
    const [row] =
      await state.sql`select sum(repeats)::int + count(*) filter (where kind not like 'rest:%')::int as n
      from denials where administrator_id = ${asker.id}`;
    return Number(row!['n']);
  };
  // Two may be what they are asked for: everything else was a no, and none is lost.
  await expect.poll(count).toBeGreaterThanOrEqual(2 * evaluations.length - 2);
  expect(await state.sql`select 1 from denials where administrator_id = ${asker.id}`).toHaveLength(51);
});
