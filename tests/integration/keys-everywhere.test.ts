import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantApplication, plantPersonalKey } from '../support/applications';
import { plantPeople } from '../support/accounts';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { within } from '../support/trials';

// [APP-4] Of a hundred keys none is of use a second after what it rests on ended, in this process and in another one.

const KEYS = 50;
const SEEN = 1e6;
const PERMISSION = 'tools.decisions.evaluate';
/** Permission that the procedures asked here take. */
const SEES_ROLES = 'people.roles.view';

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let roleId: string;
let emptyId: string;

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  const role = { name: 'Evaluators', permissions: [PERMISSION, SEES_ROLES] };
  roleId = (await app.owner.call<{ id: string }>('roles.create', role)).id;
  emptyId = (await app.owner.call<{ id: string }>('roles.create', { name: 'Nothing' })).id;
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

type Planted = { person: string; application: string; keys: string[] };

/** A person and an application with fifty keys each, all of which work in both processes. */
async function planted(): Promise<Planted> {
  await app.owner.call('roles.edit', { id: roleId, seen: SEEN, grant: [PERMISSION, SEES_ROLES] });
  const [person] = await plantPeople(state, [{ roleId }]);
  const first = await plantApplication(state, { roleId });
  const keys = [first.key];
  for (let n = 0; n < KEYS; n++)
    keys.push((await plantPersonalKey(state, person!, [PERMISSION, SEES_ROLES])).key);
  for (let n = 1; n < KEYS; n++) {
    // One more key of the application that is there.
    const more = await plantApplication(state, { roleId });
    await state.audited(
      (tx) => tx`update api_keys set application_id = ${first.id} where id = ${more.keyId}`
    );
    keys.push(more.key);
  }
  await until(async () => (await usable(keys)) === 4 * keys.length, 'all keys work everywhere');
  return { person: person!, application: first.id, keys };
}

/** Number of times these keys are of use: at the endpoints of programs and for procedures, in both processes. */
async function usable(keys: readonly string[]): Promise<number> {
  const body = {
    subject: { type: 'application', id: 'nobody' },
    action: { name: 'view' },
    resource: { type: 'people.roles', id: '*' }
  };
  const asked = [app, second].flatMap(({ origin }) =>
    keys.flatMap((key) => [
      askEndpoint(origin, '/access/v1/evaluation', { key, body }),
      askEndpoint(origin, '/trpc/roles.list', { key })
    ])
  );
  return (await Promise.all(asked)).filter(({ status }) => status === 200).length;
}

const ends: [string, (of: Planted) => Promise<unknown>][] = [
  [
    'suspension',
    async ({ person, application }) => {
      await app.owner.call('administrators.suspend', { id: person });
      await app.owner.call('applications.suspend', { id: application });
    }
  ],
  [
    'demotion',
    async ({ person, application }) => {
      await app.owner.call('administrators.update', { id: person, seen: SEEN, roleId: emptyId });
      await app.owner.call('applications.update', { id: application, seen: SEEN, roleId: emptyId });
    }
  ],
  [
    'the loss of what their role gave',
    () => app.owner.call('roles.edit', { id: roleId, seen: SEEN, revoke: [PERMISSION, SEES_ROLES] })
  ],
  [
    'deletion',
    async ({ person, application }) => {
      await app.owner.call('administrators.delete', { id: person, hard: true });
      await app.owner.call('applications.delete', { id: application });
    }
  ],
  [
    'expiry',
    ({ person, application }) =>
      state.audited(
        (tx) => tx`update api_keys set expires_at = now()
          where administrator_id = ${person} or application_id = ${application}`
      )
  ],
  [
    'another address',
    async ({ person, application }) => {
      const allowlist = ['192.0.2.0/24'];
      await state.audited(
        (tx) => tx`update administrators set ip_allowlist = ${tx.json(allowlist)} where id = ${person}`
      );
      await app.owner.call('applications.update', { id: application, seen: SEEN, allowlist });
    }
  ],
  [
    'the steward’s leaving for 30 days, and the person’s signing out everywhere',
    async ({ person, application }) => {
      await app.owner.call('administrators.revokeSessions', { id: person });
      await state.audited(
        (tx) =>
          tx`update applications set steward_gone_at = now() - interval '31 days' where id = ${application}`
      );
    }
  ]
];

describe('[APP-4] 0 of 100 keys are of use in either process a second after', () => {
  test.each(ends)('%s', async (_, end) => {
    const of = await planted();
    await end(of);
    const began = performance.now();
    await until(async () => (await usable(of.keys)) === 0, 'none is of use');
    // Asking with all of them takes its time, too.
    expect(performance.now() - began).toBeLessThan(within(2000));
  });
});
