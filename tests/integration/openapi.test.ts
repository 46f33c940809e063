import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { EXAMPLE } from '../../src/lib/server/api/openapi/procedure-examples';
import { ENDPOINT_DESCRIPTIONS } from '../../src/lib/server/api/openapi/endpoint-paths';
import { endpointRoutes } from '../support/all-endpoints';
import { plantApplication, plantPersonalKey } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [APP-6] The OpenAPI document of a running console: every example in it is sent with a key, and answered as it says.

type Schema = Parameters<typeof z.fromJSONSchema>[0];
type Content = Record<string, { schema?: Schema; example?: unknown }>;
type Answered = { $ref?: string; content?: Content };
type Operation = {
  operationId: string;
  requestBody?: { content: Content };
  parameters?: { name: string; in: string; example?: string; content?: Content }[];
  responses: Record<string, Answered>;
};
type Sent = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Answered> };
};

let app: TestConsole;
let state: StateProbe;
let key: string;
let sent: Sent;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  sent = (await askEndpoint(app.origin, '/api/openapi.json')).body as Sent;
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Program',
    from: 'admin'
  });
  const more = [
    'tools.decisions.evaluate',
    'tools.decisions.search',
    'tools.decisions.snapshot',
    'tools.decisions.explain',
    'quotas.ledger.consume',
    'quotas.ledger.view_usage'
  ];
  await app.owner.call('roles.edit', { id: roleId, seen: 1e6, grant: more });
  key = (await plantApplication(state, { roleId })).key;
  await plantExamples();
  const known = () => askEndpoint(app.origin, '/access/v1/snapshot', { key });
  await until(async () => (await known()).status === 200, 'the key works');
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** The records that the examples speak of. */
async function plantExamples(): Promise<void> {
  const person = await app.person('Olga Example', 'support');
  // A cap that can be raised.
  await app.owner.call('administrators.update', { id: person.id, seen: 1e6, caps: { daily: 1000 } });
  await plantPersonalKey(state, person.id, []);
  const machine = await plantApplication(state, { roleId: 'policy_enforcement_point' });
  const { id: userRole } = await app.owner.call<{ id: string }>('userRoles.create', { name: 'Example' });
  await state.audited(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update administrators set id = ${EXAMPLE.person} where id = ${person.id}`;
    await tx`update api_keys set administrator_id = ${EXAMPLE.person}, id = ${EXAMPLE.ownKey} where administrator_id = ${person.id}`;
    await tx`update applications set id = ${EXAMPLE.application} where id = ${machine.id}`;
    await tx`update api_keys set application_id = ${EXAMPLE.application}, id = ${EXAMPLE.key} where id = ${machine.keyId}`;
    await tx`update roles set id = ${EXAMPLE.userRole} where id = ${userRole}`;
    await tx`insert into forward_routes (id, position, method, host, path, takes)
      values (${EXAMPLE.route}, 0, 'GET', '*', '/lists', 'nobody')`;
  });
}

test('it tells every endpoint, with what it takes', () => {
  const endpoints = endpointRoutes().map((route) => {
    const takes =
      'permission' in route ? route.permission : route.caller === 'anybody' ? 'open' : route.caller;
    return `${route.method} ${route.path} ${takes}`;
  });
  const told = ENDPOINT_DESCRIPTIONS.map(({ method, path, takes }) => `${method} ${path} ${takes}`);
  expect([...told].sort()).toEqual(endpoints.sort());
});

test('every example is answered with a status and a shape that it tells', async () => {
  const done: string[] = [];
  const wrong: string[] = [];
  for (const [path, methods] of inOrder(Object.entries(sent.paths)))
    for (const [method, operation] of Object.entries(methods)) {
      const { status, headers, body } = await play(path, method.toUpperCase(), operation);
      const name = `${method} ${path}: ${status}`;
      const problem = problemOf(operation.responses[status], headers.get('content-type'), body);
      if (problem) wrong.push(`${name} ${problem} ${JSON.stringify(body)?.slice(0, 300)}`);
      else if (status < 300) done.push(operation.operationId);
      else if (isMalformed(body)) wrong.push(`${name} ${JSON.stringify(body)}`);
    }
  expect(wrong).toEqual([]);
  // Most of it is done, and not refused: what people alone do, and what is not there, are the rest.
  expect(done).toEqual(
    expect.arrayContaining([
      ...['roles.list', 'roles.get', 'roles.history', 'administrators.get', 'administrators.keys'],
      ...['applications.get', 'applications.create', 'applications.rotateKey', 'administrators.suspend'],
      ...['userRoles.list', 'userRoles.get', 'userRoles.create', 'userRoles.edit', 'userRoles.delete'],
      ...['caps.usage', 'caps.pause', 'log.list', 'access.evaluate', 'access.who', 'access.what']
    ])
  );
  expect(done.length).toBeGreaterThan(40);
});

test('an answer that lacks something, or has it otherwise, is noticed', async () => {
  const { responses } = sent.paths['/trpc/roles.list']!['get']!;
  const { body } = await play('/trpc/roles.list', 'GET', { operationId: 'roles.list', responses });
  const [role, ...others] = (body as { result: { data: Record<string, unknown>[] } }).result.data;
  const problem = (first: object) =>
    problemOf(responses[200], 'application/json', { result: { data: [first, ...others] } });
  expect(problem(role!)).toBeNull();
  const { members, ...less } = role!;
  expect(problem(less)).toContain('members');
  expect(problem({ ...role, members: String(members) })).toContain('members');
});

test('one network that reads documents without end is told to come back', async () => {
  for (const path of ['/api/openapi.json', '/.well-known/authzen-configuration']) {
    const asked = await Promise.all(Array.from({ length: 40 }, () => fetch(new URL(path, app.origin))));
    const statuses = asked.map(({ status }) => status);
    expect(new Set(statuses), path).toEqual(new Set([200, 429]));
    const sentAway = asked.find(({ status }) => status === 429)!;
    expect(Number(sentAway.headers.get('retry-after'))).toBeGreaterThan(0);
    await Promise.all(asked.map((each) => each.arrayBuffer()));
  }
});

/** Paths in the order to call them: what takes records away comes last. */
function inOrder<T>(paths: [string, T][]): [string, T][] {
  const isEnd = ([path]: [string, T]) => /\.delete$/.test(path);
  return [...paths.filter((each) => !isEnd(each)), ...paths.filter(isEnd)];
}

async function play(path: string, method: string, { requestBody, parameters = [] }: Operation) {
  const url = new URL(path.replace('{id}', EXAMPLE.record), app.origin);
  for (const { name, in: where, example, content } of parameters) {
    const given = content ? JSON.stringify(content['application/json']?.example) : example;
    if (where === 'query' && given !== undefined) url.searchParams.set(name, given);
  }
  const example = requestBody?.content['application/json']?.example;
  const stop = new AbortController();
  const response = await fetch(url, {
    method,
    signal: stop.signal,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(requestBody ? { body: JSON.stringify(example) } : {})
  });
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  const isStream = type.startsWith('text/event-stream');
  const text = isStream ? '' : await response.text();
  if (isStream) stop.abort();
  const body: unknown = /json/.test(type) && text !== '' ? JSON.parse(text) : text;
  return { status, headers, body };
}

/** Problem with an answer by the document; null: none. */
function problemOf(told: Answered | undefined, type: string | null, body: unknown): string | null {
  if (!told) return 'is a status that is not told';
  const { content } = told.$ref ? sent.components.responses[told.$ref.split('/').at(-1)!]! : told;
  if (!content) return body === '' ? null : 'has a body';
  const media = content[(type ?? '').split(';')[0]!];
  if (!media) return `is of the type ${type}`;
  if (!media.schema) return null;
  const { error } = z.fromJSONSchema(media.schema).safeParse(body);
  return error ? error.message : null;
}

/** An example must be one: only what it names may be missing. */
function isMalformed(body: unknown): boolean {
  return (
    /input\/invalid/.test(JSON.stringify(body)) &&
    !/"field":"(keyId|offer|seq|until)"/.test(JSON.stringify(body))
  );
}
