import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type z } from 'zod';
import { permissionsToRead } from '../../src/lib/protocol/document-access';
import { parseDocumentName, type DocumentName } from '../../src/lib/protocol/documents';
import { appRouter } from '../../src/lib/server/api/trpc/router';
import { HEARTBEAT, readFrame, step2Frame, updateFrame } from '../../ws-server/frames';
import { startTestConsole, type TestConsole } from '../support/console';
import { DECLARED_PROCEDURES } from '../support/declared-procedures';
import type { Access } from '../support/procedures';
import { ApiClient } from '../support/api-client';
import { openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// Every way in, with what it takes. Something new fails here until it is declared; so does a declaration of what is
// gone.

/** Pages are shells without anybody's data: what they show comes through procedures and documents. */
const ROUTES = [
  '+error.svelte',
  '+layout.svelte',
  '+layout.ts',
  '(console)/+layout.svelte',
  '(console)/+page.svelte',
  // No page: how pages read and write their address.
  '(console)/in-address.ts',
  '(console)/account/+page.svelte',
  '(console)/account/notices/+page.svelte',
  '(console)/administrators/[[form=form]]/+page.svelte',
  '(console)/administrators/[id]/+page.svelte',
  '(console)/administrators/import/+page.svelte',
  '(console)/access/+page.svelte',
  '(console)/applications/+page.svelte',
  '(console)/applications/[id]/+page.svelte',
  '(console)/applications/routes/+page.svelte',
  '(console)/attention/+page.svelte',
  '(console)/logs/+page.svelte',
  '(console)/logs/[view=log]/+page.svelte',
  '(console)/logs/wall/+page.svelte',
  '(console)/roles/+page.svelte',
  '(console)/roles/[id]/+page.svelte',
  '(console)/roles/[id]/compare/+page.svelte',
  '(console)/roles/[id]/history/+page.svelte',
  '(console)/sending/+page.svelte',
  '(console)/sending/wall/+page.svelte',
  '(console)/settings/+page.svelte',
  '(console)/packages/[[id]]/+page.svelte',
  '(console)/users/+page.svelte',
  '(console)/users/[id]/+page.svelte',
  '(console)/users/import/+page.svelte',
  '(console)/users/new/+page.svelte',
  'invitation/+page.svelte',
  'setup/+page.svelte',
  'shell/+page.svelte',
  'shell/+page.ts',
  'sign-in/+page.svelte'
];

/** Questions about one package or user, of whom there is none here. */
const OF_TENANTS = [
  'packages.get',
  'packages.history',
  'packages.preview',
  'users.get',
  'users.sessions',
  'users.keys',
  'userRoles.get',
  'userRoles.history',
  'userRoles.at'
];

/** Procedures that a user asks of itself: for staff they are not there. */
const OF_USERS = ['own.usage', 'own.history', 'own.log'];

const DOCUMENTS: Record<string, string[]> = {
  gauges: ['quotas.ledger.view_usage'],
  own: ['quotas.admin_quota.view_usage_own'],
  roles: ['people.roles.view'],
  userRoles: ['tenants.user_roles.view'],
  people: ['people.administrators.view'],
  applications: ['people.api_keys.list'],
  users: ['tenants.users.view'],
  packages: ['tenants.packages.view'],
  feed: ['tools.authentication_log.view', 'tools.activity_log.view'],
  'role:support': ['people.roles.view']
};

/** Message types of y-websocket, and what comes of each: no message of a client writes anything. */
const MESSAGES: Record<string, { bytes: number[]; becomes: string | null }> = {
  'sync step 1': { bytes: [0, 0, 1, 0], becomes: 'step1' },
  'sync step 2': { bytes: [...step2Frame(new Uint8Array([0, 0]))], becomes: 'ignored' },
  'sync update': { bytes: [...updateFrame(new Uint8Array([0, 0]))], becomes: 'ignored' },
  'sync of another kind': { bytes: [0, 3, 0], becomes: null },
  awareness: { bytes: [1, 8, 1, 9, 1, 4, 110, 117, 108, 108], becomes: 'presence' },
  'awareness of nobody': { bytes: [...HEARTBEAT], becomes: 'presence' },
  auth: { bytes: [2, 0, 0], becomes: null },
  'query awareness': { bytes: [3], becomes: 'query-presence' },
  ...Object.fromEntries(
    Array.from({ length: 124 }, (_, n) => [`type ${n + 4}`, { bytes: [n + 4, 0], becomes: null }])
  )
};

type Procedure = {
  _def: {
    query?: boolean;
    mutation?: boolean;
    subscription?: boolean;
    meta?: { access?: Access; by?: 'session' };
    inputs: z.ZodType[];
  };
};
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);

let app: TestConsole;
let state: StateProbe;
let nobody: ApiClient;
/** Applications: one with nearly everything, one with nothing; and the owner with a key of their own. */
let machine: ApiClient;
let weakMachine: ApiClient;
let byOwnKey: ApiClient;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Without rights' });
  nobody = (await app.person('Nobody Much', role.id)).client;
  const all = await app.owner.call<{ permissions: string[] }>('me.get');
  const most = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Nearly everything',
    permissions: all.permissions
  });
  machine = await withKeyOf('Walker', most.id);
  weakMachine = await withKeyOf('Without rights', role.id);
  byOwnKey = new ApiClient(app.origin);
  byOwnKey.key = (
    await app.owner.call<{ key: string }>('keys.create', { name: 'Walker', permissions: all.permissions })
  ).key;
});

/** A script of an application with a role. */
async function withKeyOf(name: string, roleId: string): Promise<ApiClient> {
  const { id } = await app.owner.call<{ id: string }>('applications.create', { name, roleId });
  const client = new ApiClient(app.origin);
  client.key = (await app.owner.call<{ key: string }>('applications.createKey', { id })).key;
  return client;
}
afterAll(async () => {
  await state.close();
  await app.stop();
});

describe('[ACC-6] procedures', () => {
  test('procedures are exactly those declared, each with what it takes', () => {
    const found = procedures.map(([name, { _def }]) => [
      name,
      {
        kind: _def.mutation ? 'mutation' : _def.query ? 'query' : 'other',
        access: _def.meta?.access,
        by: _def.meta?.by
      }
    ]);
    const declared = Object.entries(DECLARED_PROCEDURES).map(([name, { kind, access, by }]) => [
      name,
      { kind, access, by }
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(declared));
  });

  test('ask for permissions that the catalogue has', async () => {
    const { permissions } = await app.owner.call<{ permissions: string[] }>('me.get');
    for (const { access, depends } of Object.values(DECLARED_PROCEDURES)) {
      if (typeof access === 'object') expect(permissions).toContain(access.permission);
      if (depends) expect(permissions).toContain(depends);
    }
  });

  test.each(procedures.filter(([, { _def }]) => _def.mutation))(
    '%s takes a strict object with an operation id',
    (name, { _def }) => {
      expect(_def.inputs).toHaveLength(1);
      const input = _def.inputs[0]!;
      expect(input.safeParse({ op: randomUUID(), somethingElse: 1 }).success).toBe(false);
      const problems = input.safeParse({}).error?.issues.map((issue) => issue.path.join('.')) ?? [];
      expect(problems.includes('op')).toBe(DECLARED_PROCEDURES[name]!.opOptional !== true);
      const bad = input.safeParse({ op: 'not a uuid' }).error!.issues.map((issue) => issue.path.join('.'));
      expect(bad).toContain('op');
      const foreign = input.safeParse({ op: randomUUID(), somethingElse: 1 }).error!.issues;
      expect(foreign.some((issue) => issue.code === 'unrecognized_keys')).toBe(true);
    }
  );

  const guarded = Object.entries(DECLARED_PROCEDURES).filter(([, { access }]) => access !== 'public');
  test.each(guarded)('%s is refused to somebody who is not signed in', async (name, { input }) => {
    const rows = await state.rows();
    const result = await app.anonymous().try(name, input);
    expect([result.status, result.refusal]).toEqual([401, { code: 'auth/signed-out' }]);
    expect(await state.rows()).toBe(rows);
  });

  const permitted = guarded.filter(([, { access, depends }]) => typeof access === 'object' || depends);
  test.each(permitted)(
    '%s is refused to somebody without its permission, and noted',
    async (name, { access, input, depends }) => {
      const permission = typeof access === 'object' ? access.permission : depends!;
      await state.forgetDenials();
      const rows = await state.rows();
      const denied = await state.entries('access.denied');
      const result = await nobody.try(name, input);
      expect([result.status, result.refusal]).toEqual([
        403,
        { code: 'access/permission-required', permission }
      ]);
      expect(await state.rows()).toBe(rows);
      expect(await state.entries('access.denied')).toBe(denied + 1);
      const [entry] =
        await state.sql`select doc from audit.entry where doc->>'action' = 'access.denied' order by n desc limit 1`;
      expect(entry!['doc']).toMatchObject({
        outcome: 'denied',
        reason: 'access/permission-required',
        actor: { type: 'administrator', name: 'Nobody Much' },
        change: [
          { path: 'procedure', new: name },
          { path: 'missing', new: [permission] }
        ]
      });
    }
  );

  const forPeople = Object.entries(DECLARED_PROCEDURES).filter(
    ([, { access, by }]) => by !== undefined || access === 'public' || access === 'steps'
  );
  test.each(forPeople)(
    '[APP-1] %s is refused to an application, whatever it holds',
    async (name, { input }) => {
      const rows = await state.rows();
      const result = await machine.try(name, input);
      // What an answer to anybody needs no rights for is a shape like any other: the setup asks for a body.
      expect([result.status, result.refusal]).toEqual([403, { code: 'access/people-only' }]);
      expect(await state.rows()).toBe(rows);
    }
  );

  test.each(forPeople)('[APP-5] %s is refused to a personal key', async (name, { input }) => {
    const result = await byOwnKey.try(name, input);
    expect([result.status, result.refusal]).toEqual([403, { code: 'access/people-only' }]);
  });

  test.each(permitted.filter(([, { by }]) => by === undefined))(
    '[APP-6] %s is refused to an application without its permission, and noted',
    async (name, { access, input, depends }) => {
      const permission = typeof access === 'object' ? access.permission : depends!;
      await state.forgetDenials();
      const rows = await state.rows();
      const result = await weakMachine.try(name, input);
      expect([result.status, result.refusal]).toEqual([
        403,
        { code: 'access/permission-required', permission }
      ]);
      expect(await state.rows()).toBe(rows);
      const [entry] =
        await state.sql`select doc from audit.entry where doc->>'action' = 'access.denied' order by n desc limit 1`;
      expect(entry!['doc']).toMatchObject({
        actor: { type: 'application', name: 'Without rights', via: 'key' },
        change: [{ path: 'procedure', new: name }, { path: 'missing' }]
      });
    }
  );

  test.each(guarded.filter(([, { kind, by, access }]) => kind === 'query' && !by && access !== 'steps'))(
    '[APP-6] %s is answered to an application that may',
    async (name, { input }) => {
      const result = await machine.try(name, input);
      const unknown = [
        'access.what',
        'access.changes',
        'administrators.get',
        'administrators.sessions',
        'administrators.keys',
        'applications.get',
        ...OF_TENANTS,
        ...OF_USERS
      ].includes(name);
      expect(result.status, result.body).toBe(unknown ? 404 : 200);
    }
  );

  test.each(guarded.filter(([, { kind }]) => kind === 'query'))(
    '%s is answered to somebody who may',
    async (name, { input }) => {
      const result = await app.owner.try(name, input);
      const unknown = [
        'access.what',
        'access.changes',
        'administrators.get',
        'administrators.sessions',
        'administrators.keys',
        'applications.get',
        ...OF_TENANTS,
        ...OF_USERS,
        'log.exportProgress'
      ].includes(name);
      expect(result.status, result.body).toBe(unknown ? 404 : 200);
    }
  );
});

describe('routes', () => {
  const routes = fileURLToPath(new URL('../../src/routes', import.meta.url));
  const found = readdirSync(routes, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(svelte|ts)$/.test(file))
    .sort();

  test('the routes are exactly those declared', () => expect(found).toEqual([...ROUTES].sort()));

  test('load nothing on the server and take no forms: data come through procedures and documents alone', () => {
    for (const file of found) {
      expect(file).not.toMatch(/\+server\.ts$|\.server\.ts$/);
      expect(readFileSync(`${routes}/${file}`, 'utf8')).not.toMatch(
        /export (const|async function|function) (load|actions)\b/
      );
    }
  });

  test('hold nobody’s data: a page is the same for the owner and for nobody', async () => {
    for (const path of [
      '/',
      '/roles',
      '/roles/support',
      '/administrators',
      '/sign-in',
      '/setup',
      '/logs/activity'
    ]) {
      const page = async (cookie: string) => {
        const response = await fetch(`${app.origin}${path}`, { headers: { cookie } });
        expect(response.status, path).toBe(200);
        return response.text();
      };
      const shell = (html: string) => html.replaceAll(/nonce="[^"]*"/g, '');
      const mine = await page(app.owner.cookie);
      expect(shell(mine)).toBe(shell(await page('')));
      expect(mine).not.toContain('Maya');
    }
    expect((await fetch(`${app.origin}/no/such/page`)).status).toBe(404);
  });
});

describe('[LIV-1] documents', () => {
  test('documents are those declared, and take what is declared', () => {
    for (const [name, permissions] of Object.entries(DOCUMENTS))
      expect(permissionsToRead(parseDocumentName(name)!, 'another')).toEqual(permissions);
    expect(permissionsToRead('role:support', 'support')).toEqual([]);
    expect(permissionsToRead('role:senders', 'another', 'user')).toEqual(['tenants.user_roles.view']);
    for (const name of [
      '',
      'role',
      'role:',
      'Roles',
      'roles/',
      'user',
      '__proto__',
      'role:../x',
      'role:A',
      'feed:1'
    ])
      expect(parseDocumentName(name), name).toBeNull();
  });

  test('in the database are all of a declared kind', async () => {
    await state.settled();
    const rows = await state.sql<{ name: string }[]>`select name from documents`;
    const kinds = new Set(rows.map(({ name }) => name.replace(/:.*/, ':')));
    expect([...kinds].sort()).toEqual([
      ...['applications', 'feed', 'packages', 'people', 'role:', 'roles', 'settings', 'userRoles', 'users']
    ]);
    expect(rows.filter(({ name }) => parseDocumentName(name) === null)).toEqual([]);
  });

  test.each(Object.keys(DOCUMENTS) as DocumentName[])(
    '%s is closed to those who are not signed in or may not read it',
    async (name) => {
      using stranger = openReplica(app.anonymous(), name);
      using without = openReplica(nobody, name);
      using owner = openReplica(app.owner, name);
      await until(() => stranger.closes.includes(4401) && without.closes.includes(4403), 'closed');
      await until(() => owner.provider.synced, 'the owner reads');
      expect(stranger.doc.share.size + without.doc.share.size).toBe(0);
    }
  );

  test.each(['user', 'role:no-such-role', 'role:', 'setting', 'roles%2F..'])(
    'the document %s does not exist',
    async (name) => {
      using reader = openReplica(app.owner, name);
      await until(() => reader.closes.includes(4404), 'closed');
    }
  );
});

test.each(Object.entries(MESSAGES))(
  '[W-16] a message of the socket, %s, is known for what it is',
  (_, { bytes, becomes }) => {
    const read = () => readFrame(new Uint8Array(bytes)).kind;
    if (becomes === null) expect(read).toThrow();
    else expect(read()).toBe(becomes);
  }
);
