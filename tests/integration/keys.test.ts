import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type postgres from 'postgres';
import { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// What keys rest on, where two act at the same moment, and what ends them beside their own end.

let app: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

function withKey(key: string): ApiClient {
  const client = new ApiClient(app.origin);
  client.key = key;
  return client;
}

let number = 0;
async function roleOf(permissions: string[]): Promise<string> {
  const role = { name: `Role ${++number}`, permissions };
  return (await app.owner.call<{ id: string }>('roles.create', role)).id;
}

async function machine(roleId: string): Promise<{ id: string; keyId: string; client: ApiClient }> {
  const { id } = await app.owner.call<{ id: string }>('applications.create', {
    name: `Machine ${++number}`,
    roleId
  });
  const made = await app.owner.call<{ id: string; key: string }>('applications.createKey', { id });
  return { id, keyId: made.id, client: withKey(made.key) };
}

async function ownKey(of: ApiClient, permissions: string[]) {
  const made = await of.call<{ id: string; key: string }>('keys.create', { name: 'Mine', permissions });
  return { id: made.id, key: made.key, client: withKey(made.key) };
}

const reason = async (client: ApiClient) => {
  const { refusal } = await client.try('roles.list');
  return refusal?.code === 'auth/key' ? refusal.reason : (refusal?.code ?? 'works');
};

const isWaiting = async () => (await state.sql`select 1 from pg_locks where not granted`).length > 0;

/** Another connection holds what its statement locks, while something is asked that must wait until it commits. */
async function whileHeld<T>(hold: (tx: postgres.TransactionSql) => Promise<unknown>, ask: () => Promise<T>) {
  let asked: Promise<T> | undefined;
  await state.audited(async (tx) => {
    await hold(tx);
    let answered = false;
    asked = ask().finally(() => (answered = true));
    await until(async () => answered || (await isWaiting()), 5000, 'it waits, or was answered');
  });
  return asked!;
}

describe('[APP-1] two at the same moment', () => {
  test.each(['applications.create', 'applications.update'])(
    '%s waits for whoever suspends its steward, and then takes another one',
    async (procedure) => {
      const stan = await app.person(`Stan ${++number}`, 'support');
      const roleId = await roleOf([]);
      const { id } = await machine(roleId);
      const refused = await whileHeld(
        (tx) => tx`update administrators set status = 'suspended', seq = seq + 1 where id = ${stan.id}`,
        () =>
          procedure === 'applications.create'
            ? app.owner.try(procedure, { name: `Held ${number}`, roleId, stewardId: stan.id })
            : app.owner.try<{ refused: object[] }>(procedure, { id, seen: 1, stewardId: stan.id })
      );
      const why = { code: 'input/invalid', field: 'stewardId' };
      if (procedure === 'applications.create') expect(refused.refusal).toMatchObject(why);
      else expect(refused.value).toMatchObject({ refused: [why] });
    }
  );

  test('an application that changes another holds neither when it waits: they are locked in one order', async () => {
    const roleId = await roleOf(['people.api_keys.list', 'people.api_keys.expire']);
    const pair = [await machine(roleId), await machine(roleId)].sort((a, b) => (a.id < b.id ? 1 : -1));
    const [later, earlier] = pair as [(typeof pair)[0], (typeof pair)[0]];
    const { status } = await whileHeld(
      (tx) => tx`select 1 from applications where id = ${earlier.id} for update`,
      async () => {
        const asked = later.client.try('applications.suspend', { id: earlier.id });
        await until(isWaiting, 5000, 'it waits');
        // Nobody holds the one that comes later.
        await state.sql`select 1 from applications where id = ${later.id} for update nowait`;
        return asked;
      }
    );
    expect(status).toBe(200);
  });
});

test('[LOG-1] a key that reads the log is a look of its own, however lately its person looked', async () => {
  const viewer = await app.person(
    'Vera Viewer',
    await roleOf(['tools.activity_log.view', 'people.api_keys.create'])
  );
  const { client } = await ownKey(viewer.client, ['tools.activity_log.view']);
  await viewer.client.call('log.list', { view: 'activity', limit: 1 });
  for (let n = 0; n < 2; n++) await client.call('log.list', { view: 'activity', limit: 1 });
  const looks = await state.sql<{ via: string }[]>`select doc->'actor'->>'via' as via from audit.entry
    where doc->>'action' = 'log.viewed' and doc->'actor'->>'id' = ${viewer.id} order by n`;
  expect(looks.map(({ via }) => via)).toEqual(['web', 'key']);
});
