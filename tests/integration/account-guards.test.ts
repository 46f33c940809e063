import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enrol, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { openState, type StateProbe } from '../support/state';

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
beforeEach(() => state.forgetTries());

const NEXT = 'a sentence for the time after this one';

describe('[AUT-4] a new password', () => {
  test('a new password is no proof of a second factor', async () => {
    const { id, client } = await app.person('Two Factors', 'support');
    await enrol(client);
    await state.audited(
      (tx) => tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${id}`
    );
    await client.call('auth.changePassword', { password: NEXT, current: PASSWORD });
    expect(await client.refused('auth.disableTotp')).toEqual({ code: 'auth/reauthenticate' });
    expect(await state.sql`select two_factor from administrators where id = ${id}`).toEqual([
      { two_factor: true }
    ]);
  });

  test('proves the password where there is nothing else to prove', async () => {
    const { id, client } = await app.person('One Factor', 'support');
    await state.audited(
      (tx) => tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${id}`
    );
    await client.call('auth.changePassword', { password: NEXT, current: PASSWORD });
    expect((await client.try('auth.beginTotp')).status).toBe(200);
  });
});

describe('[AUT-1] whoever guesses elsewhere', () => {
  test('whoever guesses elsewhere can close the owner’s account to new devices, and a Super Administrator opens it again', async () => {
    const { client } = await app.person('Another Super', 'super_administrator');
    const admin = await app.person('Only Admin', 'admin');
    const signIn = () =>
      app.anonymous().try('auth.signIn', { email: 'maya@northwind.example', password: PASSWORD });
    await state.sql`insert into throttle values ('row:maya@northwind.example', 100, now(), now() + interval '10 years')`;
    expect((await signIn()).refusal).toEqual({ code: 'auth/locked' });
    expect(await admin.client.refused('administrators.unlock', { id: app.ownerId })).toEqual({
      code: 'access/not-dominated'
    });
    expect(await client.refused('administrators.resetPassword', { id: app.ownerId })).toEqual({
      code: 'access/owner'
    });
    await client.call('administrators.unlock', { id: app.ownerId });
    expect((await signIn()).status).toBe(200);
  });

  test('whoever guesses elsewhere ends no session of somebody who has shown a second factor', async () => {
    const { client, email } = await app.person('Still Here', 'support');
    await enrol(client);
    for (let n = 0; n < 12; n++) {
      const stranger = app.anonymous();
      expect((await stranger.try('auth.signIn', { email, password: PASSWORD })).value).toEqual({
        next: 'totp'
      });
      await state.forgetTries();
    }
    expect((await client.try('me.get')).status).toBe(200);
    const [row] = await state.sql`select count(*)::int as n from sessions s join administrators a
      on a.id = s.administrator_id where a.email = ${email}`;
    expect(row).toEqual({ n: 10 });
  });
});

describe('[ADM-5] an invitation', () => {
  test('that went to a wrong address opens nothing once the address is corrected', async () => {
    const made = await app.owner.call<{ id: string; link: string }>('administrators.create', {
      name: 'Wrong Address',
      email: 'wrong.adress@northwind.example',
      roleId: 'support',
      invite: true
    });
    const token = made.link.split('#')[1]!;
    expect((await app.anonymous().try('auth.readInvitation', { token })).status).toBe(200);
    await app.owner.call('administrators.update', {
      id: made.id,
      seen: 1,
      email: 'right.address@northwind.example'
    });
    expect(await app.anonymous().refused('auth.readInvitation', { token })).toEqual({
      code: 'auth/invitation'
    });
    const again = await app.owner.call<{ link: string }>('administrators.resetPassword', { id: made.id });
    const read = await app.anonymous().call('auth.readInvitation', { token: again.link.split('#')[1] });
    expect(read).toMatchObject({ email: 'right.address@northwind.example', returning: false });
  });

  test('an invitation is told apart from a link after a reset, in the list of people as well', async () => {
    const { id } = await app.person('Back Again', 'support');
    const { link } = await app.owner.call<{ link: string }>('administrators.resetPassword', { id });
    const read = await app.anonymous().call('auth.readInvitation', { token: link.split('#')[1] });
    expect(read).toMatchObject({ name: 'Back Again', returning: true });
    expect(await app.owner.call('administrators.get', { id })).toMatchObject({
      status: 'must-change',
      activation: { invited: false }
    });
  });
});

describe('[ADM-8] somebody who comes back', () => {
  test('somebody who comes back does so without the password and the second factor of before', async () => {
    const { id, email, client } = await app.person('Comes Back', 'support');
    await enrol(client);
    await app.owner.call('administrators.delete', { id });
    expect((await client.try('me.get')).status).toBe(401);
    await app.owner.call('administrators.reactivate', { id });
    expect((await app.anonymous().refused('auth.signIn', { email, password: PASSWORD })).code).toBe(
      'auth/wrong-credentials'
    );
    const { link } = await app.owner.call<{ link: string }>('administrators.resetPassword', { id });
    const back = app.anonymous();
    const token = link.split('#')[1];
    expect(await back.call('auth.acceptInvitation', { token, password: NEXT })).toEqual({ next: 'ready' });
  });
});

describe('[OWN-2] [LIV-4] what was decided about an offer, and arrives late', () => {
  test('what was decided about an offer, and arrives late, is not done to a later offer', async () => {
    const replacement = await app.person('Heir Later', 'super_administrator');
    const offer = async () =>
      (await app.owner.call<{ expiresAt: string }>('owner.offer', { id: replacement.id })).expiresAt;
    const first = await offer();
    await app.owner.call('owner.withdraw', { offer: first });
    const second = await offer();
    expect(second).not.toBe(first);
    expect(await replacement.client.refused('owner.accept', { offer: first })).toMatchObject({
      code: 'not-found'
    });
    expect(await replacement.client.refused('owner.decline', { offer: first })).toMatchObject({
      code: 'not-found'
    });
    expect(await app.owner.call('owner.withdraw', { offer: first })).toEqual({ withdrawn: false });
    expect(await replacement.client.call('me.get')).toMatchObject({
      owner: false,
      offer: { expiresAt: second }
    });
    expect(await replacement.client.refused('owner.accept', { offer: 'soon' })).toMatchObject({
      field: 'offer'
    });
    expect(await replacement.client.call('owner.decline', { offer: second })).toEqual({ declined: true });
  });
});
