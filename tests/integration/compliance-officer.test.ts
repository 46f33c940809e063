import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter } from '../../src/lib/server/api/trpc/router';
import { entriesSince, momentOf, plantPeople } from '../support/accounts';
import { plantApplication, type Planted } from '../support/applications';
import {
  INITIAL_PASSWORD,
  PASSWORD,
  startTestConsole,
  type TestConsole,
  type TestPerson
} from '../support/console';
import { getExport } from '../support/exported-log';
import { openReplica } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { plantPackage, plantUser } from '../support/users';

// Somebody who sees everything and changes nothing, through every procedure there is: a new one fails here until it is
// said which of the two it does.

let app: TestConsole;
let state: StateProbe;
let officer: TestPerson;
let superior: TestPerson;
let person: string;
let machine: Planted;
let tenant: { roleId: string; packageId: string; id: string };

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  officer = await app.person('Olga Officer', 'compliance_officer');
  superior = await app.person('Sue Super', 'super_administrator');
  [person] = (await plantPeople(state, [{ roleId: 'analyst', session: true }])) as [string];
  machine = await plantApplication(state, { roleId: 'read_only_auditor' });
  const { id: packageId } = await plantPackage(state, {
    roleId: (await app.owner.call<{ id: string }>('userRoles.create', { name: 'Sender' })).id
  });
  const id = await plantUser(state, { packageId, sendingNames: ['orchard'] });
  const [{ role_id: roleId }] = (await state.sql`select role_id from packages where id = ${packageId}`) as [
    { role_id: string }
  ];
  tenant = { roleId, packageId, id };
  await app.owner.call('roles.edit', { id: 'support', seen: 1, description: 'Helps.' });
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const seen = Number.MAX_SAFE_INTEGER;
const NEEDS = 'access/permission-required';

/** Procedures about what is one's own: nobody else's account, role or setting is changed by them. */
const OWN = [
  ...[
    'totp',
    'changePassword',
    'beginTotp',
    'confirmTotp',
    'disableTotp',
    'renewRecoveryCodes',
    'reauthenticate'
  ],
  ...['signIn', 'signOut', 'readInvitation', 'acceptInvitation']
]
  .map((name) => `auth.${name}`)
  .concat(
    ['update', 'active', 'revokeSessions', 'setAllowlist', 'dismissNotice'].map((name) => `me.${name}`),
    // Words to a colleague, and answers to theirs: what is asked for happens by a change of its own.
    ['send', 'settle', 'decline', 'withdraw'].map((name) => `handovers.${name}`),
    // A key of their own that ends; to make one takes a permission.
    'keys.revoke',
    // A copy of what they may see: reading, though it is noted.
    'log.export',
    'lists.export',
    // What they look for, kept for themselves.
    'log.keepFilters'
  );

/** Every other mutation: inputs that somebody with the right would succeed with, and what the officer is told. */
const CHANGES: Record<string, { inputs: () => object[]; told?: string; parts?: true }> = {
  'setup.createOwner': {
    inputs: () => [{ token: 'x', name: 'O', email: 'o@northwind.example', password: PASSWORD }],
    told: 'auth/setup-closed'
  },
  'roles.create': { inputs: () => [{ name: 'Mine' }, { name: 'Copy', from: 'analyst' }] },
  'roles.edit': { inputs: () => [{ id: 'analyst', seen, revoke: ['people.roles.view'], name: 'Mine' }] },
  'roles.restore': { inputs: () => [{ id: 'support', seq: 1 }] },
  'roles.revokeSessions': { inputs: () => [{ id: 'analyst' }] },
  'roles.delete': { inputs: () => [{ id: 'developer' }, { id: 'analyst', reassignTo: 'support' }] },
  'userRoles.create': { inputs: () => [{ name: 'Mine' }, { name: 'Copy', from: tenant.roleId }] },
  'userRoles.edit': { inputs: () => [{ id: tenant.roleId, seen, name: 'Mine' }] },
  'userRoles.restore': { inputs: () => [{ id: tenant.roleId, seq: 1 }] },
  'userRoles.delete': { inputs: () => [{ id: tenant.roleId }] },
  'packages.create': { inputs: () => [{ name: 'Mine', roleId: tenant.roleId }] },
  'packages.update': { inputs: () => [{ id: tenant.packageId, seen, name: 'Mine' }] },
  'packages.delete': { inputs: () => [{ id: tenant.packageId }] },
  'users.create': {
    inputs: () => [{ name: 'N', email: 'n@orchard.example', packageId: tenant.packageId }]
  },
  'users.update': { inputs: () => [{ id: tenant.id, seen, name: 'New' }] },
  'users.suspend': { inputs: () => [{ id: tenant.id, reason: 'Why' }] },
  'users.reactivate': { inputs: () => [{ id: tenant.id }] },
  'users.close': { inputs: () => [{ id: tenant.id, reason: 'Why' }] },
  'users.delete': { inputs: () => [{ id: tenant.id }] },
  'users.addSendingName': { inputs: () => [{ id: tenant.id, name: 'newsletter' }] },
  'users.removeSendingName': { inputs: () => [{ id: tenant.id, name: 'orchard' }] },
  'users.resetPassword': { inputs: () => [{ id: tenant.id }] },
  'users.require2fa': { inputs: () => [{ id: tenant.id, required: true }] },
  'users.reset2fa': { inputs: () => [{ id: tenant.id }] },
  'users.revokeSessions': { inputs: () => [{ id: tenant.id }] },
  'users.revokeKey': { inputs: () => [{ id: tenant.id, keyId: machine.keyId }] },
  'users.unlock': { inputs: () => [{ id: tenant.id }] },
  'users.signInAs': { inputs: () => [{ id: tenant.id, reason: 'Why' }] },
  'users.bulk': { inputs: () => [{ ids: [tenant.id], action: { kind: 'reactivate' } }] },
  'users.beginImport': { inputs: () => [{ parts: ['0'.repeat(64)] }] },
  'users.import': {
    inputs: () =>
      [false, true].map((dryRun) => ({ dryRun, rows: [{ line: 2, name: 'N', email: 'n@orchard.example' }] }))
  },
  'administrators.create': {
    inputs: () => [
      { name: 'N', email: 'n@northwind.example', roleId: 'analyst', password: INITIAL_PASSWORD },
      { name: 'N', email: 'n@northwind.example', roleId: 'analyst' }
    ]
  },
  // Takes the right to see people, and asks for the others field by field.
  'administrators.update': {
    inputs: () => [
      { id: person, seen, name: 'New' },
      { id: person, seen, email: 'new@northwind.example' },
      { id: person, seen, roleId: 'support' },
      { id: person, seen, caps: { daily: 5 } },
      { id: officer.id, seen, name: 'New' }
    ],
    parts: true
  },
  'administrators.suspend': { inputs: () => [{ id: person }] },
  'administrators.reactivate': { inputs: () => [{ id: person }] },
  'administrators.delete': { inputs: () => [{ id: person }, { id: person, hard: true }] },
  'administrators.resetPassword': {
    inputs: () => [{ id: person }, { id: person, password: INITIAL_PASSWORD }]
  },
  'administrators.require2fa': { inputs: () => [{ id: person }, { id: officer.id }] },
  'administrators.reset2fa': { inputs: () => [{ id: person }] },
  'administrators.revokeSessions': { inputs: () => [{ id: person }] },
  'administrators.revokeKey': { inputs: () => [{ id: person, keyId: machine.keyId }] },
  'administrators.addSendingName': { inputs: () => [{ id: person, name: 'newsletter' }] },
  'administrators.removeSendingName': { inputs: () => [{ id: person, name: 'newsletter' }] },
  'administrators.unlock': { inputs: () => [{ id: person }] },
  'administrators.bulk': { inputs: () => [{ ids: [person], action: { kind: 'suspend' } }] },
  'administrators.beginImport': { inputs: () => [{ parts: ['0'.repeat(64)] }] },
  'administrators.import': {
    inputs: () =>
      [false, true].map((dryRun) => ({
        dryRun,
        rows: [{ line: 2, name: 'N', email: 'n@northwind.example', role: 'analyst' }]
      }))
  },
  'caps.pause': {
    inputs: () => [
      { subject: { type: 'administrator', id: person }, reason: 'Why' },
      { subject: 'platform', reason: 'Why' }
    ]
  },
  'caps.resume': { inputs: () => [{ subject: 'platform' }] },
  'caps.raise': {
    inputs: () => {
      const until = new Date(Date.now() + 3_600_000).toISOString();
      const subject = { type: 'administrator', id: person };
      return [{ subject, cap: 'daily', amount: 1, until, reason: 'Why' }];
    }
  },
  'caps.endRaise': { inputs: () => [{ subject: { type: 'administrator', id: person }, cap: 'daily' }] },
  'caps.reset': {
    inputs: () => [{ subject: { type: 'administrator', id: person }, cap: 'daily', reason: 'Why' }]
  },
  'applications.create': { inputs: () => [{ name: 'Mine', roleId: 'read_only_auditor' }] },
  'applications.update': { inputs: () => [{ id: machine.id, seen, perMinute: 5 }] },
  'applications.suspend': { inputs: () => [{ id: machine.id }] },
  'applications.reactivate': { inputs: () => [{ id: machine.id }] },
  'applications.delete': { inputs: () => [{ id: machine.id }] },
  'applications.createKey': { inputs: () => [{ id: machine.id }] },
  'applications.rotateKey': { inputs: () => [{ keyId: machine.keyId }] },
  'applications.extendKey': {
    inputs: () => [{ keyId: machine.keyId, until: new Date(Date.now() + 86_400_000).toISOString() }]
  },
  'applications.revokeKey': { inputs: () => [{ keyId: machine.keyId }] },
  'routes.create': { inputs: () => [{ path: '/mine', takes: 'nobody' }] },
  'routes.update': { inputs: () => [{ id: machine.id, seen, path: '/mine' }] },
  'routes.move': { inputs: () => [{ id: machine.id, before: null }] },
  'routes.delete': { inputs: () => [{ id: machine.id }] },
  'keys.create': { inputs: () => [{ name: 'Mine', permissions: ['people.roles.view'] }] },
  'owner.offer': { inputs: () => [{ id: superior.id }] },
  'owner.withdraw': { inputs: () => [{}] },
  'owner.accept': { inputs: () => [{}], told: 'not-found' },
  'owner.decline': { inputs: () => [{}], told: 'not-found' },
  'settings.update': {
    inputs: () => [
      { seen, caps: { daily: 5 } },
      { seen, sending: { smooth: true } },
      { seen, alerts: { first: 50 } },
      { seen, twoFactor: { required: true } },
      { seen, passwords: { minLength: 20 } },
      { seen, sessions: { idleMinutes: 30 } },
      { seen, keys: { mostDays: 30 } },
      { seen, retention: { days: 90 } },
      { seen, general: { timeZone: 'Europe/Berlin' } },
      { seen, branding: { name: 'Mine' } },
      { seen, mail: { host: 'smtp.northwind.example' } }
    ]
  },
  'settings.setWebhook': {
    inputs: () => [
      { seen: 0, url: 'https://hooks.example/' },
      { seen: 0, url: null }
    ]
  },
  'settings.rotateWebhookSecret': { inputs: () => [{}] },
  'settings.testWebhook': { inputs: () => [{}] },
  'settings.testMail': { inputs: () => [{ to: 'o@northwind.example' }] },
  'log.cancelExport': { inputs: () => [{ id: randomUUID() }], told: 'not-found' },
  'log.reportInconsistent': { inputs: () => [{ note: 'not a note' }], told: 'input/invalid' }
};

/** Every question, with what it is asked about. */
const READS: Record<string, () => object | undefined> = {
  'setup.status': () => undefined,
  'me.get': () => undefined,
  'me.sessions': () => undefined,
  'catalogue.get': () => undefined,
  'access.evaluate': () => ({
    subject: { type: 'administrator', id: app.ownerId },
    action: { name: 'view' },
    resource: { type: 'people.roles' }
  }),
  'access.who': () => ({
    subject: { type: 'administrator' },
    action: { name: 'view' },
    resource: { type: 'people.roles' }
  }),
  'access.what': () => ({ subject: { type: 'administrator', id: app.ownerId } }),
  'access.changes': () => ({ subject: { type: 'administrator', id: app.ownerId }, since: 1 }),
  'access.unused': () => ({ of: { type: 'role', id: 'support' } }),
  'roles.list': () => undefined,
  'roles.get': () => ({ id: 'admin' }),
  'roles.members': () => ({ id: 'super_administrator' }),
  'roles.holders': () => ({ permission: 'people.roles.view' }),
  'roles.history': () => ({ id: 'support' }),
  'roles.at': () => ({ id: 'support', seq: 1 }),
  'userRoles.list': () => undefined,
  'userRoles.get': () => ({ id: tenant.roleId }),
  'userRoles.members': () => ({ id: tenant.roleId }),
  'userRoles.holders': () => ({ permission: 'audience.contacts.view' }),
  'userRoles.history': () => ({ id: tenant.roleId }),
  'userRoles.at': () => ({ id: tenant.roleId, seq: 1 }),
  'packages.list': () => undefined,
  'packages.get': () => ({ id: tenant.packageId }),
  'packages.history': () => ({ id: tenant.packageId }),
  'packages.preview': () => ({ id: tenant.packageId, caps: { daily: 10 } }),
  'users.list': () => ({}),
  'users.get': () => ({ id: tenant.id }),
  'users.sessions': () => ({ id: tenant.id }),
  'users.keys': () => ({ id: tenant.id }),
  'administrators.list': () => ({}),
  'administrators.get': () => ({ id: app.ownerId }),
  'administrators.sessions': () => ({ id: person }),
  'administrators.keys': () => ({ id: person }),
  'caps.usage': () => ({ ids: [person] }),
  'caps.layers': () => undefined,
  'caps.refusals': () => ({}),
  'caps.history': () => ({
    subject: { type: 'administrator', id: person },
    ...{ from: '2026-04-01T00:00:00.000Z', to: '2026-05-01T00:00:00.000Z' }
  }),
  'applications.list': () => undefined,
  'applications.get': () => ({ id: machine.id }),
  'applications.calls': () => undefined,
  'keys.list': () => undefined,
  'routes.list': () => undefined,
  'routes.try': () => ({
    ...{ method: 'GET', url: 'https://app.example.com/' },
    subject: { type: 'administrator', id: person }
  }),
  'owner.get': () => undefined,
  'handovers.list': () => undefined,
  'handovers.recipients': () => ({ procedure: 'roles.edit', id: 'support' }),
  'settings.get': () => undefined,
  'settings.webhook': () => undefined,
  'settings.previewMails': () => undefined,
  'log.list': () => ({ view: 'activity' }),
  'log.chart': () => ({ view: 'activity' }),
  'log.entry': () => ({ id: 1 }),
  'log.filters': () => undefined,
  'log.count': () => ({ view: 'activity' }),
  'log.signIns': () => undefined,
  'log.checkpoint': () => ({})
};
/** Procedures about whoever asks or the very moment, whose answers differ for that reason. */
const ABOUT_ME = new Set([
  ...['me.get', 'me.sessions', 'handovers.recipients', 'log.checkpoint', 'log.chart'],
  // They say the log number that they stand for.
  ...['access.evaluate', 'access.who', 'access.what']
]);

/** Procedures that users ask of themselves: for staff they are not there. */
const OF_USERS = ['own.usage', 'own.history', 'own.log'];

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { mutation?: boolean } }>
);
const names = (mutation: boolean) =>
  procedures.filter(([, { _def }]) => (_def.mutation ?? false) === mutation).map(([name]) => name);

describe('[ACC-6] a compliance officer', () => {
  test('meets every procedure there is here', () => {
    expect(names(true).sort()).toEqual([...OWN, ...Object.keys(CHANGES)].sort());
    expect(names(false).sort()).toEqual([...Object.keys(READS), 'log.exportProgress', ...OF_USERS].sort());
  });

  test('a compliance officer is signed in with two factors, and has nothing before them', async () => {
    const me = await officer.client.call<{
      role: { id: string };
      twoFactor: { on: boolean; required: boolean };
    }>('me.get');
    expect(me).toMatchObject({ role: { id: 'compliance_officer' }, twoFactor: { on: true, required: true } });
  });

  test.each(Object.entries(CHANGES))(
    'a compliance officer changes nothing by %s',
    async (name, { inputs, told = NEEDS, parts }) => {
      for (const input of inputs()) {
        await state.forgetDenials();
        const before = await momentOf(state);
        const result = await officer.client.try<{ refused?: { code: string }[] }>(name, input);
        expect(result.status, result.body).toBe(parts ? 200 : statusOf(told));
        const codes = result.refusal
          ? [result.refusal.code]
          : (result.value?.refused ?? []).map(({ code }) => code);
        expect(codes.length, result.body).toBeGreaterThan(0);
        expect(new Set(codes)).toEqual(new Set([told]));
        expect((await momentOf(state)).digest).toBe(before.digest);
        const entries = await entriesSince(state, before);
        // What is not there, or cannot be read, is no matter of authority.
        const noted = told.startsWith('access/') ? ['access.denied'] : [];
        expect(entries.map(({ action }) => action).filter((action) => action !== 'setup.denied')).toEqual(
          noted
        );
        for (const entry of entries)
          if (entry.action === 'access.denied')
            expect(entry).toMatchObject({ reason: told, actor: { id: officer.id }, outcome: 'denied' });
      }
    }
  );

  test.each(Object.entries(READS))(
    'a compliance officer is answered by %s as a Super Administrator is',
    async (name, input) => {
      // What earlier refusals wrote has its number: both see the same log.
      await state.settled();
      const [mine, theirs] = [
        await officer.client.try(name, input()),
        await superior.client.try(name, input())
      ];
      expect([mine.status, theirs.status], mine.body).toEqual([200, 200]);
      if (!ABOUT_ME.has(name)) expect(shared(mine.value)).toEqual(shared(theirs.value));
      // Seeing everything is not seeing secrets.
      expect(mine.body).not.toMatch(/argon2|hash|totpSecret|"(secret|token|recoveryCodes)":/i);
    }
  );

  test.each([
    'roles',
    'people',
    'applications',
    'feed',
    'settings',
    'role:admin',
    'role:super_administrator'
  ])('a compliance officer reads the document %s', async (name) => {
    using mine = openReplica(officer.client, name);
    await mine.synced();
    expect(mine.closes).toEqual([]);
  });

  test('exports the log, both views of it, and may not touch anybody else’s export', async () => {
    const { id, href } = await officer.client.call<{ id: string; href: string }>('log.export', {});
    expect((await superior.client.refused('log.exportProgress', { id })).code).toBe('not-found');
    expect((await getExport(superior.client, href)).status).toBe(404);
    const { status, body } = await getExport(officer.client, href);
    expect(status).toBe(200);
    await body?.cancel();
  });

  test('a compliance officer holds every permission to read that is of use to an auditor, and none to change what is not their own', async () => {
    type Action = { id: string; kind: string; ownerOnly?: boolean };
    const { areas } = await app.owner.call<{ areas: { groups: { actions: Action[] }[] }[] }>('catalogue.get');
    const actions = areas.flatMap((area) => area.groups.flatMap((group) => group.actions));
    const { permissions } = await officer.client.call<{ permissions: string[] }>('me.get');
    const reads = actions.filter(({ kind, ownerOnly }) => kind === 'read' && !ownerOnly).map(({ id }) => id);
    // What programs ask, and the caps of those who send.
    expect(reads.filter((id) => !permissions.includes(id))).toEqual([
      'tools.decisions.evaluate',
      'tools.decisions.snapshot',
      'quotas.admin_quota.view_usage_own'
    ]);
    const own = /^people\.self\.|^people\.access_requests\.create_own$/;
    expect(permissions.filter((id) => !reads.includes(id) && !own.test(id))).toEqual([]);
  });
});

function statusOf(code: string): number {
  if (code === 'input/invalid') return 400;
  return code === 'not-found' ? 404 : 403;
}

/** An answer without what depends on who asks: why they may not change it, and whether they may. */
function shared(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (key, value: unknown) =>
      ['barred', 'may', 'current', 'lastActive', 'lastActiveAt'].includes(key) ? undefined : value
    )
  );
}
