import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personHue } from '../../src/lib/core/administrators/person-hue';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole } from '../support/console';
import { frame, openRaw, presence, presenceIn, STEP_1 } from '../support/raw-socket';
import { openReplica, until, type TestReplica } from '../support/replica';

let app: TestConsole;
let other: TestConsole;
let priya: ApiClient;
beforeAll(async () => {
  app = await startTestConsole();
  // A second process on the same database.
  other = await startTestConsole({ databaseUrl: app.databaseUrl });
  priya = (await app.person('Priya Nair', 'admin')).client;
});
afterAll(async () => {
  await other.stop();
  await app.stop();
});

const names = (replica: TestReplica) =>
  [...replica.provider.awareness.getStates().values()].map((state) => state.name as string | undefined);
const sees = (replica: TestReplica, name: string) => names(replica).includes(name);

/** Somebody's browser talking to the other process. */
function at(place: TestConsole, client: ApiClient): ApiClient {
  const there = place.anonymous();
  there.cookie = client.cookie;
  return there;
}

test('[LIV-3] presence appears and disappears, with the name the server knows', async () => {
  using maya = openReplica(app.owner, 'role:support');
  const there = openReplica(priya, 'role:support');
  await Promise.all([maya.synced(), there.synced()]);
  there.provider.awareness.setLocalState({
    at: 'audience.contacts',
    name: 'Maya Lindqvist',
    id: 'forged',
    colour: 99,
    extra: 'x'
  });
  await until(() => sees(maya, 'Priya Nair'), 'Priya appears');
  const state = [...maya.provider.awareness.getStates().values()].find(({ name }) => name === 'Priya Nair')!;
  expect(Object.keys(state).sort()).toEqual(['at', 'colour', 'id', 'name']);
  expect(state).toMatchObject({ at: 'audience.contacts' });
  expect(state.id).not.toBe('forged');
  there.destroy();
  await until(() => !sees(maya, 'Priya Nair'), 'Priya disappears');
});

test('[ROL-6] somebody idle is faded and nowhere, whatever else they claim, and back when they move', async () => {
  using maya = openReplica(app.owner, 'role:support');
  using there = openReplica(priya, 'role:support');
  await Promise.all([maya.synced(), there.synced()]);
  const hers = () =>
    [...maya.provider.awareness.getStates().values()].find(({ name }) => name === 'Priya Nair');
  there.provider.awareness.setLocalState({ at: 'audience.contacts' });
  await until(() => hers()?.at === 'audience.contacts', 'somewhere');
  there.provider.awareness.setLocalState({ idle: true, at: 'audience.contacts', name: 'Maya Lindqvist' });
  await until(() => hers()?.idle === true, 'idle');
  expect(Object.keys(hers()!).sort()).toEqual(['colour', 'id', 'idle', 'name']);
  there.provider.awareness.setLocalState(null);
  await until(() => hers() === undefined, 'gone');
  there.provider.awareness.setLocalState({ at: 'audience.lists' });
  await until(() => hers()?.at === 'audience.lists', 'back');
  expect(hers()).not.toHaveProperty('idle');
});

test('[LIV-3] presence crosses processes, also for those who come later', async () => {
  using here = openReplica(priya, 'role:support');
  await here.synced();
  here.provider.awareness.setLocalState({ at: 'early' });
  await sleep(300);
  using there = openReplica(at(other, app.owner), 'role:support');
  await there.synced();
  await until(() => sees(there, 'Priya Nair'), 'who was here before is told to a newcomer elsewhere');
  there.provider.awareness.setLocalState({ at: 'x' });
  await until(() => sees(here, 'Maya Lindqvist'), 'and the other way round');
  here.destroy();
  await until(() => !sees(there, 'Priya Nair'), 'leaving is told, too');
});

test('[LIV-3] somebody who reconnects is back at once', async () => {
  using maya = openReplica(app.owner, 'role:support');
  using there = openReplica(priya, 'role:support');
  await Promise.all([maya.synced(), there.synced()]);
  there.provider.awareness.setLocalState({ at: 'here' });
  await until(() => sees(maya, 'Priya Nair'));
  for (let round = 0; round < 3; round++) {
    there.provider.disconnect();
    await until(() => !sees(maya, 'Priya Nair'), 'gone');
    there.provider.awareness.setLocalState({ at: 'here' });
    there.provider.connect();
    await until(() => sees(maya, 'Priya Nair'), 'back');
  }
});

test('[ACC-6] nobody speaks for a client id that somebody else has, in this process or another', async () => {
  using maya = openReplica(app.owner, 'role:support');
  await maya.synced();
  maya.provider.awareness.setLocalState({ at: 'mine' });
  const id = maya.doc.clientID;
  using witness = openReplica(app.owner, 'role:support');
  await until(() => witness.provider.awareness.getStates().has(id));
  for (const place of [app, other]) {
    using watching = openReplica(at(place, app.owner), 'role:support');
    await until(() => watching.provider.awareness.getStates().has(id), 'known there');
    using thief = await openRaw(at(place, priya), 'role:support');
    thief.send(STEP_1);
    thief.send(presence(id, 500, { at: 'stolen' }));
    // Stock clients pass on what they heard of others: that is no offence, and it is not news either.
    await sleep(150);
    expect(thief.socket.readyState).toBe(thief.socket.OPEN);
  }
  await sleep(200);
  expect(witness.provider.awareness.getStates().get(id)).toMatchObject({
    name: 'Maya Lindqvist',
    at: 'mine'
  });
});

const LIES: [string, Uint8Array][] = [
  ['ten thousand entries', frame(1, frame(10_000, 900, 1, '{}', 901, 1, '{}'))],
  ['a state that is no object', presence(900, 1, 'x')],
  ['a state that is a list', presence(900, 1, [1])],
  ['a place that is no text', presence(900, 1, { at: 7 })],
  ['idleness that is no yes', presence(900, 1, { idle: 'yes' })],
  ['idleness denied', presence(900, 1, { idle: false })],
  ['a place that is too long', presence(900, 1, { at: 'x'.repeat(201) })],
  ['too much state', presence(900, 1, { rest: 'x'.repeat(3000) })],
  ['broken JSON', frame(1, frame(1, 900, 1, '{'))],
  ['a client id of more than 32 bits', presence(2 ** 40, 1, {})],
  ['a number without an end', new Uint8Array([1, 0x60, 1, ...Array<number>(0x5f).fill(0x80)])]
];
test.each(LIES)('[ACC-6] presence with %s ends the connection and reaches nobody', async (_what, message) => {
  using witness = await openRaw(app.owner, 'role:support');
  witness.send(STEP_1);
  using liar = await openRaw(priya, 'role:support');
  liar.send(STEP_1);
  liar.send(message);
  expect(await liar.closed).toBe(1008);
  await sleep(150);
  expect(presenceIn(witness.frames).filter(({ client }) => [900, 901, 0].includes(client))).toEqual([]);
});

test('[ACC-6] a clock that jumps ends the connection', async () => {
  using liar = await openRaw(priya, 'role:support');
  liar.send(STEP_1);
  liar.send(presence(950, 1, {}));
  liar.send(presence(950, 5000, {}));
  expect(await liar.closed).toBe(1008);
});

test('[ACC-6] a connection speaks for one client id, whatever else it says', async () => {
  using witness = await openRaw(app.owner, 'role:support');
  witness.send(STEP_1);
  using speaker = await openRaw(priya, 'role:support');
  speaker.send(STEP_1);
  speaker.send(presence(960, 1, { at: 'one' }));
  await until(() => presenceIn(witness.frames).some(({ client }) => client === 960));
  speaker.send(presence(961, 1, { at: 'two' }));
  speaker.send(frame(1, frame(2, 962, 1, '{}', 963, 1, '{}')));
  await sleep(200);
  expect(presenceIn(witness.frames).filter(({ client }) => [961, 962, 963].includes(client))).toEqual([]);
});

test('[LIV-1] who may not see administrators is not told who is here, but for oneself, until they may', async () => {
  const { id, seq } = await app.owner.call<{ id: string; seq: number }>('roles.create', {
    name: 'Nothing at all',
    permissions: []
  });
  const weak = (await app.person('Nadia Nothing', id)).client;
  for (const name of ['settings', `role:${id}`]) {
    using maya = openReplica(at(other, app.owner), name);
    using tab = openReplica(weak, name);
    using nadia = openReplica(weak, name);
    await Promise.all([maya.synced(), tab.synced(), nadia.synced()]);
    maya.provider.awareness.setLocalState({ at: 'somewhere' });
    tab.provider.awareness.setLocalState({ at: 'mine' });
    await until(() => sees(nadia, 'Nadia Nothing'), 'her other tab');
    await until(() => sees(maya, 'Nadia Nothing'), 'who may see people sees her');
    // Later news of both go out together: hers came, so his would have.
    maya.provider.awareness.setLocalState({ at: 'elsewhere' });
    tab.provider.awareness.setLocalState({ at: 'moved' });
    await until(() =>
      [...nadia.provider.awareness.getStates().values()].some(({ at: where }) => where === 'moved')
    );
    await sleep(300);
    expect(names(nadia)).not.toContain('Maya Lindqvist');
  }
  using maya = openReplica(app.owner, `role:${id}`);
  using nadia = openReplica(weak, `role:${id}`);
  await Promise.all([maya.synced(), nadia.synced()]);
  maya.provider.awareness.setLocalState({ at: 'here' });
  const granted = await app.owner.call<{ seq: number }>('roles.edit', {
    id,
    seen: seq,
    grant: ['people.roles.view']
  });
  await until(() => sees(nadia, 'Maya Lindqvist'), 'now she may');
  await app.owner.call('roles.edit', { id, seen: granted.seq, revoke: ['people.roles.view'] });
  await until(() => !sees(nadia, 'Maya Lindqvist'), 'and no longer');
});

test('[LIV-3] a person has one colour, on every document and for every viewer', async () => {
  const colours = new Set<unknown>();
  for (const name of ['people', 'role:support', 'settings']) {
    using maya = openReplica(app.owner, name);
    using there = openReplica(at(other, priya), name);
    await Promise.all([maya.synced(), there.synced()]);
    there.provider.awareness.setLocalState({});
    const hers = () =>
      [...maya.provider.awareness.getStates().values()].find((state) => state.name === 'Priya Nair');
    await until(() => hers() !== undefined);
    colours.add(hers()!.colour);
  }
  expect([...colours]).toEqual([personHue((await priya.call<{ id: string }>('me.get')).id)]);
});
