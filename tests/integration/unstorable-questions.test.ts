import { afterAll, beforeAll, expect, test } from 'vitest';
import { countPermits } from '../../src/lib/server/services/decisions/count-permits';
import { gatheredDenials } from '../../src/lib/server/services/decisions/gathered-denials';
import { deniedEvent } from '../../src/lib/server/services/write-path/denied-event';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';

// [DEC-6] [LOG-1] What Postgres has no character for is refused, and would hold up nobody else's records.

let app: TestConsole;
let state: StateProbe;
let asker: Planted;

const subject = { type: 'administrator', id: 'maya@northwind.example' };
const action = { name: 'merge' };
const resource = { type: 'audience.contact_lists', id: '1' };
const ask = (path: string, body: unknown) => askEndpoint(app.origin, path, { key: asker.key, body });

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Deciders',
    permissions: ['tools.decisions.evaluate', 'tools.decisions.search', 'quotas.ledger.consume']
  });
  asker = await plantApplication(state, { roleId, name: 'Sending layer' });
  const works = () => ask('/access/v1/evaluation', { subject, action, resource });
  await until(async () => (await works()).status === 200, 'the key works');
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

test.each([
  ['subject.type', { subject: { ...subject, type: 'admin\0' }, action, resource }],
  ['subject.id', { subject: { ...subject, id: 'maya\0' }, action, resource }],
  ['action.name', { subject, action: { name: 'merge\0' }, resource }],
  ['resource.type', { subject, action, resource: { ...resource, type: 'audience\0' } }],
  ['resource.id', { subject, action, resource: { ...resource, id: '\0' } }],
  ['resource.properties.owner', { subject, action, resource: { ...resource, properties: { owner: '\0' } } }]
])('a zero character in %s is refused by its name', async (place, body) => {
  const { status, text } = await ask('/access/v1/evaluation', body);
  expect(status).toBe(400);
  expect(text).toContain(`${place} has a zero character`);
});

test('so it is in one of many questions, in a search, and at the ledger', async () => {
  const { body } = await ask('/access/v1/evaluations', {
    subject,
    resource,
    evaluations: [{ action: { name: 'merge\0' } }, { action }]
  });
  expect(body).toMatchObject({
    evaluations: [
      { decision: false, context: { error: { status: 400 } } },
      { context: { reason: expect.any(String) as string } }
    ]
  });
  expect((await ask('/access/v1/search/subject', { subject, action: { name: '\0' }, resource })).status).toBe(
    400
  );
  expect((await ask('/caps/v1/release', { postfix: { mta: 'mx\0', queueId: 'A1' } })).status).toBe(400);
});

test('a denial and a permit that cannot be recorded hold up no others, and are told of', async () => {
  const { deps, handle } = await openUseCases(app.databaseUrl);
  const errors: string[] = [];
  const log = { ...deps.log, error: (_: object, message: string) => errors.push(message) };
  const denials = gatheredDenials({ ...deps, log });
  const permits = countPermits(deps.db, log);
  for (const permission of ['first', 'merge\0', 'last']) {
    const event = deniedEvent(
      'x',
      { type: 'procedure', id: 'x' },
      { code: 'access/permission-required', permission }
    );
    const actor = { type: 'application' as const, id: asker.id, name: 'Sending layer' };
    const request = { id: permission, ip: null, peer: null, userAgent: null };
    denials.add(permission, asker.id, () => ({ by: { actor, request } as never, event }));
    permits.permitted('application', asker.id, [`odd.${permission}`]);
  }
  await denials.stop();
  await permits.stop();
  await handle.close();
  const missing = await state.sql<{ missing: string }[]>`
    select doc->'change'->1->'new'->>0 as missing from audit.entry where doc->'target'->>'id' = 'x' order by n`;
  expect(missing.map((each) => each.missing)).toEqual(['first', 'last']);
  const counted = await state.sql<{ permission: string }[]>`
    select permission from permit_counts where permission like 'odd.%' order by 1`;
  expect(counted.map(({ permission }) => permission)).toEqual(['odd.first', 'odd.last']);
  // Each is told of when its own time is over.
  expect(errors.sort()).toEqual([
    'a permit can never be counted',
    'denials of one kind can never be recorded'
  ]);
});
