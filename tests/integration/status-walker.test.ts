import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOpenWhileClosing, OPEN_TO_USERS } from '../../src/lib/core/users/open-to-users';
import { FED_PERSON, writeActingAs } from '../../src/lib/protocol/acting-as';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import type { VisitBegun } from '../../src/lib/server/services/users/sign-in-as';
import { endpointRoutes } from '../support/all-endpoints';
import { plantApplication } from '../support/applications';
import { ApiClient } from '../support/api-client';
import { freePort, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { DECLARED_PROCEDURES } from '../support/declared-procedures';
import { PolicyClient } from '../support/policy-client';
import { askEndpoint } from '../support/program';
import { openRaw, STEP_1, type RawSocket } from '../support/raw-socket';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { OWN_RIGHTS, signedInUsers, inviteOf } from '../support/tenant-sign-in';
import { changeUser } from '../support/users';

// [TEN-7] Every door × every way in which an account is not active. The row alone says it: sessions, keys, links and
// visits are left as they were, so that what bars is the account and not that something of it was taken away.

const SECRET = 'the secret of the only proxy';
const LISTS = 'audience.contact_lists';

let app: TestConsole;
let state: StateProbe;
let people: ReturnType<typeof signedInUsers>;
let relay: string;
let policy: PolicyClient;

beforeAll(async () => {
  const port = await freePort();
  const env = {
    ...{ FORWARD_AUTH_SECRET: SECRET, FORWARD_AUTH_PROXIES: '127.0.0.1, ::1' },
    POLICY_LISTEN: `127.0.0.1:${port}`
  };
  app = await startTestConsole({ env });
  state = openState(app.databaseUrl);
  people = signedInUsers(app, state);
  const permissions = [
    ...['quotas.ledger.consume', 'quotas.ledger.view_usage'],
    ...['evaluate', 'search', 'snapshot'].map((each) => `tools.decisions.${each}`)
  ];
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', { name: 'Asker', permissions });
  relay = (await plantApplication(state, { roleId, perMinute: 1_000_000 })).key;
  await app.owner.call('routes.create', { path: '/users', takes: 'signed-in', users: true });
  await until(async () => (await ask('/caps/v1/peek', {})).status !== 401, 'the key works');
  policy = await PolicyClient.open({ port, host: '127.0.0.1' });
});
afterAll(async () => {
  policy.vanish();
  await state.close();
  await app.stop();
});

const ask = (path: string, body: unknown, key = relay) => askEndpoint(app.origin, path, { key, body });
const inMs = (ms: number) => new Date(Date.now() + ms);
const HOUR = 3_600_000;

type Walked = {
  id: string;
  email: string;
  client: ApiClient;
  key: string;
  /** The link of another user of the same state, not used yet. */
  invited: { id: string; token: string };
  visit: ApiClient;
  socket: RawSocket;
  reservation: string;
  lease: string;
};

/** A user with everything by which somebody comes in, each tried. */
async function walked(): Promise<Walked> {
  const { id, email, client, packageId } = await people.user([...OWN_RIGHTS, `${LISTS}.view`]);
  const given = { name: 'Keys of the walker', permissions: [...OWN_RIGHTS, `${LISTS}.view`] };
  const { key } = await client.call<{ key: string }>('keys.create', given);
  const other = { name: `Invited ${people.make.login()}`, email: people.make.address(), packageId };
  const invited = await app.owner.call<{ id: string }>('users.create', other);
  const { as } = await app.owner.call<VisitBegun>('users.signInAs', { id, reason: 'Ticket 2281' });
  const visit = Object.assign(new ApiClient(app.origin), {
    ...{ cookie: app.owner.cookie, visit: app.owner.visit, as: writeActingAs(as) }
  });
  const socket = await openRaw(client, 'own');
  socket.send(STEP_1);
  const subject = { type: 'user', id };
  const reserved = await ask('/caps/v1/reserve', { subject, units: 1, key: randomUUID() });
  const leased = await ask('/caps/v1/leases', { subject, key: randomUUID() });
  // Programs are told by a view that is at most two seconds old.
  await until(
    async () => decided((await ask('/access/v1/evaluation', question(id))).body) === OPEN,
    'the user is known'
  );
  await until(
    async () => ![401, 503].includes((await ask('/access/v1/evaluation', question(id), key)).status),
    'the key is known'
  );
  return {
    ...{ id, email, client, key, visit, socket },
    invited: { id: invited.id, token: await inviteOf(app, invited.id) },
    reservation: (reserved.body as { reservation: string }).reservation,
    lease: (leased.body as { lease: string }).lease
  };
}

/** Answer of a door: `open`, or why it is not. */
type Door = [string, (of: Walked) => Promise<string>];

const OPEN = 'open';
const said = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
/** Codes that are about what was given, not about who gave it. */
const ABOUT = /^auth\/(step-required|wrong-code|wrong-credentials)$/;
const asked = async (client: ApiClient, path: string, input?: object) => {
  const { status, refusal, body } = await client.try(path, input);
  // What gets as far as what is wrong with the question was let in.
  return status === 200 || (refusal && (!/^(auth|access)\//.test(refusal.code) || ABOUT.test(refusal.code)))
    ? OPEN
    : said(refusal?.code ?? body);
};
const granted = (body: unknown) => ((body as { granted: boolean }).granted ? OPEN : said(body));
const decided = (body: unknown) => ((body as { decision: boolean }).decision ? OPEN : said(body));

const question = (id: string) => ({
  ...{ subject: { type: 'user', id }, action: { name: 'view' } },
  resource: { type: LISTS, id: '17', properties: { owner: id } }
});
const withKey = ({ key }: Walked) => Object.assign(new ApiClient(app.origin), { key });
const policed = async (login: string) =>
  (await policy.ask({
    ...{ sasl_username: login, recipient_count: 1, policy_context: 'mx1' },
    ...{ instance: `${randomUUID()}.1`, queue_id: randomUUID().slice(0, 8) }
  })) ?? 'cut off';

const SENDING: Door[] = [
  ...['consume', 'reserve', 'leases'].map((name): Door => [
    `caps ${name}`,
    async ({ id }) => {
      const units = name === 'leases' ? {} : { units: 1 };
      const answer = await ask(`/caps/v1/${name}`, {
        ...{ subject: { type: 'user', id }, key: randomUUID() },
        ...units
      });
      return granted(answer.body);
    }
  ]),
  [
    'caps peek',
    async ({ id }) => granted((await ask('/caps/v1/peek', { subject: { type: 'user', id } })).body)
  ],
  [
    'caps by login',
    async ({ email }) => granted((await ask('/caps/v1/peek', { subject: { id: email } })).body)
  ],
  ['a lease goes on', async ({ lease }) => granted((await ask('/caps/v1/leases/renew', { lease })).body)],
  ['policy service', async ({ email }) => ((await policed(email)) === 'DUNNO' ? OPEN : 'refused')]
];

const DECISIONS: Door[] = [
  ['evaluation', async ({ id }) => decided((await ask('/access/v1/evaluation', question(id))).body)],
  [
    'evaluations',
    async ({ id }) => {
      const { body } = await ask('/access/v1/evaluations', { evaluations: [question(id)] });
      return decided((body as { evaluations: unknown[] }).evaluations[0]);
    }
  ],
  [
    'search of subjects',
    async ({ id }) => {
      const { body } = await ask('/access/v1/search/subject', {
        ...question(id),
        subject: { type: 'user' },
        page: { limit: 1000 }
      });
      const { results } = body as { results: { id: string }[] };
      return results.some((each) => each.id === id) ? OPEN : 'not among them';
    }
  ],
  [
    'search of actions',
    async ({ id }) => {
      const { subject, resource } = question(id);
      const { body } = await ask('/access/v1/search/action', { subject, resource });
      return (body as { results: unknown[] }).results.length > 0 ? OPEN : 'none';
    }
  ],
  [
    'a route that staff try',
    async ({ id }) => {
      const trial = { method: 'GET', url: 'https://app.example.com/users', subject: { type: 'user', id } };
      return decided(await app.owner.call('routes.try', trial));
    }
  ],
  ['the explanation', async ({ id }) => decided(await app.owner.call('access.evaluate', question(id)))]
];

const KEYS: Door[] = [
  ...Object.keys(OPEN_TO_USERS)
    .filter((name) => DECLARED_PROCEDURES[name]!.by === undefined)
    .filter((name) => !['public', 'steps'].includes(DECLARED_PROCEDURES[name]!.access as string))
    .map((name): Door => [
      `${name} by key`,
      (of) => asked(withKey(of), name, DECLARED_PROCEDURES[name]!.input)
    ]),
  ...endpointRoutes()
    .filter((route) => 'permission' in route)
    .map(({ method, path }): Door => [
      `${method} ${path} by key`,
      async ({ key, id }) => {
        const { status } = await askEndpoint(app.origin, path.replace('*', randomUUID()), {
          ...{ key, method },
          ...(method === 'POST' ? { body: question(id) } : {})
        });
        return status === 401 || status === 403 ? String(status) : OPEN;
      }
    ]),
  [
    'a proxy by key',
    async ({ key }) => {
      const headers = {
        ...{ 'x-rolecall-proxy': SECRET, 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/users' },
        ...{ 'x-forwarded-host': 'app.example.com', 'x-forwarded-for': '203.0.113.7' }
      };
      const { status } = await askEndpoint(app.origin, '/authz/forward', { key, headers });
      return status === 204 ? OPEN : String(status);
    }
  ]
];

/** Ends the session that asks, or another of it: asked last, or not here. */
const ENDS = ['auth.signOut', 'auth.changePassword', 'me.revokeSessions'];
const SESSION: Door[] = [
  ...Object.keys(OPEN_TO_USERS)
    .filter((name) => DECLARED_PROCEDURES[name]!.access !== 'public' && !ENDS.includes(name))
    .map((name): Door => [name, ({ client }) => asked(client, name, DECLARED_PROCEDURES[name]!.input)]),
  [
    'a new socket',
    async ({ client, id }) => {
      using socket = await openRaw(client, `own?${FED_PERSON}=${id}`);
      socket.send(STEP_1);
      const opened = until(() => socket.frames.length > 0, 'frames').then(() => OPEN);
      return await Promise.race([socket.closed.then(String), opened.catch(() => 'nothing')]);
    }
  ],
  [
    'an open socket',
    async ({ socket }) => {
      const { readyState, OPEN: isOpen } = socket.socket;
      if (readyState !== isOpen) return String(await socket.closed);
      const later = new Promise<string>((resolve) => setTimeout(resolve, 1500, OPEN));
      return Promise.race([socket.closed.then(String), later]);
    }
  ],
  ['a visit', ({ visit }) => asked(visit, 'me.get')],
  [
    'sign-in',
    async ({ email }) => {
      await state.forgetTries();
      const signedIn = await new ApiClient(app.origin).try('auth.signIn', { email, password: PASSWORD });
      return signedIn.status === 200 ? OPEN : said(signedIn.refusal);
    }
  ]
];
const LINKS: Door[] = [
  ['an invitation read', ({ invited: { token } }) => invitation('auth.readInvitation', { token })],
  [
    'an invitation taken',
    ({ invited: { token } }) => invitation('auth.acceptInvitation', { token, password: PASSWORD })
  ]
];
/** Whatever it is refused with, it is not taken. */
const invitation = async (path: string, input: object) => {
  const { status, body } = await new ApiClient(app.origin).try(path, input);
  return status === 200 && !/"state":"(gone|ended|invalid)"/.test(body) ? OPEN : 'refused';
};

const DOORS = [...SENDING, ...DECISIONS, ...KEYS, ...SESSION, ...LINKS];

/** Answers of doors, asked in turn: one may end what another stands on. */
async function told(of: Walked, doors: readonly Door[]): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const [name, through] of doors) answers.set(name, await through(of));
  return answers;
}

const opened = (answers: ReadonlyMap<string, string>) =>
  [...answers].flatMap(([name, answer]) => (answer === OPEN ? [name] : []));

test('an active user comes in by every door: what is not open then would show nothing', async () => {
  const of = await walked();
  const closed = [...(await told(of, DOORS))].filter(([, answer]) => answer !== OPEN);
  expect(closed).toEqual([]);
  of.socket[Symbol.dispose]();
});

type Columns = Parameters<typeof changeUser>[2];

const become = async (of: Walked, columns: Columns) => {
  for (const id of [of.id, of.invited.id]) await changeUser(state, id, columns);
  // Programs are told by a view that is at most two seconds old.
  await until(
    async () => decided((await ask('/access/v1/evaluation', question(of.id))).body) !== OPEN,
    'known'
  );
};

describe.each<[string, () => Columns]>([
  ['suspended', () => ({ status: 'suspended' })],
  ['suspended for a while', () => ({ status: 'suspended', suspended_until: inMs(HOUR) })],
  [
    'whose closing is over, though nobody has written it',
    () => ({ status: 'closing', closes_at: inMs(-1000) })
  ],
  ['closed', () => ({ status: 'closed', closes_at: inMs(-1000), deleted_at: inMs(-1000) })]
])('[TEN-7] a user who is %s', (_, columns) => {
  test('comes in by no door', async () => {
    const of = await walked();
    await become(of, columns());
    const answers = await told(of, DOORS);
    expect(opened(answers)).toEqual([]);
    // Not one of them says anything but that there is nobody.
    for (const name of ['me.get', 'own.usage']) expect(answers.get(name)).toBe('auth/signed-out');
    expect(answers.get('an open socket')).toBe(String(CLOSE.signedOut));
    // What was admitted before is settled, so that nothing stays held.
    const settled = await ask('/caps/v1/commit', { reservation: of.reservation, units: 1 });
    expect(settled.status).toBe(200);
    of.socket[Symbol.dispose]();
  });
});

test('[TEN-7] a user whose account is being closed comes in to read and to guard it, and by nothing that sends or decides', async () => {
  const of = await walked();
  await become(of, { status: 'closing', closes_at: inMs(HOUR) });
  const answers = await told(of, DOORS);
  const mayStill = Object.keys(OPEN_TO_USERS).filter(isOpenWhileClosing);
  const expected = [
    ...SESSION.map(([name]) => name).filter((name) => mayStill.includes(name)),
    ...['a new socket', 'an open socket', 'a visit', 'sign-in'],
    ...LINKS.map(([name]) => name)
  ];
  expect(opened(answers)).toEqual(expected);
  for (const name of ['me.update', 'me.setAllowlist', 'keys.create'])
    expect(answers.get(name)).toBe('access/closing');
  of.socket[Symbol.dispose]();
});
