import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type DatabaseHandle } from '../../src/lib/server/db/driver/client';
import { sendingLayers, type LayerAsk } from '../../src/lib/server/services/quotas/sending-layers';
import { plantApplication, type Planted } from '../support/applications';
import { freePort, startTestConsole, type TestConsole } from '../support/console';
import { PolicyClient, type PolicyAttributes } from '../support/policy-client';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [QUO-6] When each sending layer last asked, and how.

const TOKEN = 'a-token-of-the-mail-servers';
type Layer = Record<string, unknown> & { mta: string | null; by: { id: string } | null };

let app: TestConsole;
let state: StateProbe;
let here: DatabaseHandle;
let sender: Planted;
let policy: PolicyClient;

beforeAll(async () => {
  const port = await freePort();
  app = await startTestConsole({ env: { POLICY_LISTEN: `127.0.0.1:${port}`, POLICY_TOKEN: TOKEN } });
  state = openState(app.databaseUrl);
  here = openDatabase({ url: app.databaseUrl, max: 2, name: 'layers test' });
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Sending',
    permissions: ['quotas.ledger.consume']
  });
  sender = await plantApplication(state, { roleId, name: 'First layer' });
  policy = await PolicyClient.open({ port, host: '127.0.0.1' });
  const ask = { key: sender.key, body: {} };
  await until(async () => (await askEndpoint(app.origin, '/caps/v1/consume', ask)).status === 400, 'the key');
});
afterAll(async () => {
  policy.vanish();
  await here.close();
  await state.close();
  await app.stop();
});

const layers = () => app.owner.call<Layer[]>('caps.layers');
const layerOf = async (mta: string) => (await layers()).find((layer) => layer.mta === mta);
const mail = (mta: string, more: PolicyAttributes): PolicyAttributes => ({
  ...{ policy_context: `${mta}:${TOKEN}`, sasl_username: app.ownerId, instance: randomUUID() },
  ...more
});

test('[QUO-6] an application and a mail server are known by how they ask, and only to whoever may see usage', async () => {
  const consume = (id: string, units: unknown) =>
    askEndpoint(app.origin, '/caps/v1/consume', {
      key: sender.key,
      body: { subject: { type: 'administrator', id }, units, key: randomUUID() }
    });
  expect(await consume(app.ownerId, 2)).toMatchObject({ body: { granted: true } });
  expect(await consume('nobody@northwind.example', 1)).toMatchObject({ body: { granted: false } });
  expect((await consume(app.ownerId, 'two')).status).toBe(400);
  expect(await policy.ask(mail('mx1', { protocol_state: 'RCPT', recipient_count: 0 }))).toBe('DUNNO');
  await until(async () => (await layers()).length === 2, 'both are written');
  expect(await layerOf('mx1')).toMatchObject({
    ...{ door: 'postfix', by: null, address: '127.0.0.1', state: 'RCPT', unitsAt: null },
    ...{ asks: 1, refused: 0, unknown: 0, unanswered: 0, problem: null }
  });
  expect((await layers()).find(({ by }) => by?.id === sender.id)).toMatchObject({
    ...{ door: 'http', mta: null, by: { type: 'application', name: 'First layer' }, address: '127.0.0.1' },
    ...{ state: null, states: {}, asks: 2, refused: 1, unknown: 1, unanswered: 0 },
    unitsAt: expect.stringMatching(/Z$/) as string
  });

  // At the end of the message the number of recipients comes; what gets no answer says why.
  const end = { protocol_state: 'END-OF-MESSAGE', queue_id: 'A1' };
  expect(await policy.ask(mail('mx1', { ...end, recipient_count: 3 }))).toBe('DUNNO');
  expect(await policy.ask(mail('mx1', { ...end, recipient_count: 0 }))).toBeNull();
  await until(async () => Number((await layerOf('mx1'))?.['asks']) === 3, 'written again');
  const known = await layerOf('mx1');
  expect(known).toMatchObject({
    ...{ state: 'END-OF-MESSAGE', unanswered: 1, refused: 0 },
    problem: { text: 'a message without recipients' },
    unitsAt: expect.stringMatching(/Z$/) as string
  });
  expect(Object.keys(known!['states'] as object).sort()).toEqual(['END-OF-MESSAGE', 'RCPT']);

  const { id: nothing } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Nothing',
    permissions: []
  });
  const { client } = await app.person('Sam Support', nothing);
  expect(await client.refused('caps.layers')).toEqual({
    ...{ code: 'access/permission-required', permission: 'quotas.ledger.view_usage' }
  });
});

test('[QUO-6] many asks are one statement; what the database does not take stops nothing', async () => {
  const warned: object[] = [];
  const log = {
    ...pino({ level: 'silent' }),
    info() {},
    error() {},
    warn: (fields: object) => void warned.push(fields)
  };
  let statements = 0;
  const db = new Proxy(here.db, {
    get(of, name: 'execute') {
      if (name === 'execute') statements++;
      return Reflect.get(of, name) as unknown;
    }
  });
  const noted = sendingLayers({ db, log }, 60_000);
  const ask: LayerAsk = {
    door: 'postfix',
    caller: 'mx\0 9 \ud83d',
    address: null,
    units: true,
    answer: 'granted'
  };
  for (let n = 0; n < 500; n++) noted.heard({ ...ask, address: n % 2 ? null : '192.0.2.7' });
  expect(statements).toBe(0);
  await noted.stop();
  expect([statements, warned]).toEqual([1, []]);
  const asked = (await layers()).filter(({ mta }) => mta?.startsWith('mx 9'));
  expect(asked.map(({ address, asks }) => [address, asks]).sort()).toEqual([
    ['192.0.2.7', 250],
    ['unix', 250]
  ]);
});
