import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import { entriesSince, momentOf } from '../support/accounts';
import { ApiClient } from '../support/api-client';
import { INITIAL_PASSWORD, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { PROCEDURES } from '../support/procedures';
import { openRaw, STEP_1 } from '../support/raw-socket';
import { openState, type StateProbe } from '../support/state';

// Two people use one browser: what a page of the one sends comes with the cookie of the other.

const EXPORT = 'audience.contacts.export';
const NEVER = 'ffffffff-ffff-4fff-8fff-ffffffffffff';
const OTHER = { code: 'auth/other-session' };

let app: TestConsole;
let state: StateProbe;
/** The page of Ana, who was here first, and whatever signs in as her or as Bea. */
let ana: ApiClient;
let bea: ApiClient;
let anaId: string;
let anaAs: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const [first, second] = [
    await app.person('Ana Ortiz', 'super_administrator'),
    await app.person('Bea Lund', 'super_administrator')
  ];
  [ana, bea, anaId] = [first.client, second.client, first.id];
});
beforeEach(async () => {
  ana.as = bea.as = null;
  await ana.call('me.get');
  anaAs = ana.answeredAs!;
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** Ana's page, in the browser in which Bea has signed in since. */
function stalePage(): ApiClient {
  const page = new ApiClient(app.origin);
  page.cookie = bea.cookie;
  page.as = anaAs;
  return page;
}

describe('[LIV-5] whose a request is', () => {
  test.each(PROCEDURES.map(({ name }) => name))(
    '%s is refused in the session of somebody else, whatever it asks for, and leaves no trace',
    async (name) => {
      const before = await momentOf(state);
      const page = stalePage();
      const result = await page.try(name, { id: NEVER });
      expect(result.refusal).toEqual(OTHER);
      expect(result.status).toBe(403);
      // Nobody is signed in or out by it.
      expect(page.cookie).toBe(bea.cookie);
      expect(page.answeredAs).toBe((await bea.call('me.get'), bea.answeredAs));
      await sleep(20);
      expect(await momentOf(state)).toEqual(before);
    }
  );

  test('nothing is stored under its operation: its author asks again, and the log says who that is', async () => {
    const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Changes hands' });
    const asked = { op: randomUUID(), id, seen: 9, grant: [EXPORT] };
    const before = await momentOf(state);
    expect(await stalePage().refused('roles.edit', asked)).toEqual(OTHER);
    expect((await app.owner.call<{ permissions: string[] }>('roles.get', { id })).permissions).toEqual([]);
    ana.as = anaAs;
    await ana.call('roles.edit', asked);
    await state.settled();
    const entries = await entriesSince(state, before);
    expect(entries.map(({ action, actor }) => [action, actor.id])).toEqual([['role.edited', anaId]]);
  });

  test('it is refused in another session of the same person, and done in that one when it says so', async () => {
    const again = new ApiClient(app.origin);
    const person = await app.person('Twice Here', 'admin');
    await person.client.call('me.get');
    const first = person.client.answeredAs!;
    await again.try('auth.signIn', { email: person.email, password: PASSWORD });
    const second = again.answeredAs!;
    expect(second.split('.')[0]).toBe(first.split('.')[0]);
    expect(second).not.toBe(first);
    again.as = first;
    expect(await again.refused('auth.beginTotp')).toEqual(OTHER);
    again.as = second;
    expect((await again.try('me.sessions')).status).toBe(200);
  });

  test('signing out as one person does not sign another one out', async () => {
    expect(await stalePage().refused('auth.signOut', { keepStorage: true })).toEqual(OTHER);
    expect((await bea.try('me.get')).status).toBe(200);
  });

  test('a proof of the password changes the cookie, not whose session it is', async () => {
    const { client } = await app.person('Proves It', 'support');
    await client.call('me.get');
    client.as = client.answeredAs;
    const before = client.cookie;
    await client.call('auth.reauthenticate', { password: PASSWORD });
    expect(client.cookie).not.toBe(before);
    expect(client.answeredAs).toBe(client.as);
    expect((await client.try('me.get')).status).toBe(200);
  });

  test('calls in a batch are refused together', async () => {
    const response = await fetch(`${app.origin}/trpc/roles.list,me.get?batch=1&input=%7B%7D`, {
      headers: { cookie: bea.cookie, 'rolecall-as': anaAs }
    });
    const answers = (await response.json()) as { error: { data: { refusal: unknown } } }[];
    expect(answers.map(({ error }) => error.data.refusal)).toEqual([OTHER, OTHER]);
  });

  test('without a session it is nobody’s, and who says nothing is answered as the cookie says', async () => {
    const nobody = app.anonymous();
    nobody.as = anaAs;
    expect(await nobody.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    expect(nobody.answeredAs).toBeNull();
    expect((await nobody.try('setup.status')).status).toBe(200);
    expect((await bea.try('roles.list')).status).toBe(200);
  });

  test.each([
    '',
    'x',
    NEVER,
    `${NEVER}.`,
    `${NEVER}.A`,
    `.${NEVER}`,
    `${NEVER}.a.b`,
    `${NEVER}.a, ${NEVER}.a`,
    `${NEVER}.${'a'.repeat(65)}`
  ])('the header “%s” names no session', async (as) => {
    bea.as = as;
    const { refusal, status } = await bea.try('me.get');
    expect([status, refusal]).toMatchObject([400, { code: 'input/invalid', field: 'rolecall-as' }]);
  });
});

describe('whose session an answer is of', () => {
  test('whose session an answer is of is told with each step of a sign-in, from the first one on', async () => {
    const { id } = await app.owner.call<{ id: string }>('administrators.create', {
      ...{
        name: 'New Here',
        email: 'new.here@northwind.example',
        roleId: 'admin',
        password: INITIAL_PASSWORD
      }
    });
    // Begun in a browser in which somebody else was.
    const page = new ApiClient(app.origin);
    page.cookie = (await app.person('Was Here', 'support')).client.cookie;
    await page.call('auth.signIn', { email: 'new.here@northwind.example', password: INITIAL_PASSWORD });
    const as = page.answeredAs!;
    expect(as.split('.')).toEqual([id, page.cookie.split(/[=.]/)[1]]);
    page.as = as;
    expect((await page.refused('roles.list')).code).toBe('auth/step-required');
    expect(page.answeredAs).toBe(as);
    await page.call('auth.changePassword', { password: PASSWORD });
    expect(page.answeredAs).toBe(as);
    await page.call('auth.signOut', {});
    expect(page.answeredAs).toBeNull();
  });
});

describe('[LIV-9] whose copy a socket feeds', () => {
  test('one of somebody else is told nothing', async () => {
    using socket = await openRaw(bea, `roles?as=${anaId}`);
    socket.send(STEP_1);
    expect(await socket.closed).toBe(CLOSE.signedOut);
    expect(socket.frames).toEqual([]);
  });

  test.each(['', '?as=', `?as=${NEVER}`, '?as=x'])('“%s”', async (query) => {
    using socket = await openRaw(ana, `roles${query}`);
    socket.send(STEP_1);
    if (query !== '') return expect(await socket.closed).toBe(CLOSE.signedOut);
    // The stock client says nothing of it.
    await expect.poll(() => socket.frames.length).toBeGreaterThan(0);
  });

  test('the copy of one’s own socket is fed', async () => {
    using socket = await openRaw(ana, `roles?as=${anaId}`);
    socket.send(STEP_1);
    await expect.poll(() => socket.frames.length).toBeGreaterThan(0);
  });
});
