import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_OPEN } from '../../src/lib/core/forwarding/handovers';
import type { Refusal } from '../../src/lib/core/access/refusal';
import type { HandoverLists } from '../../src/lib/server/services/forwarding/list-handovers';
import { entriesSince, momentOf } from '../support/accounts';
import type { ApiClient } from '../support/api-client';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { openReplica, until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [LIV-8] A refused change that is handed to somebody: who may, what comes of it, and that it gives nobody any right.

const EXPORT = 'audience.contacts.export';
const seen = Number.MAX_SAFE_INTEGER;
const READING = ['people.administrators.view', 'people.roles.view'];

let app: TestConsole;
let state: StateProbe;
/** Edits roles, and holds nothing to put into them. */
let omar: TestPerson;
/** Edits roles and holds what he lacks. */
let priya: TestPerson;
/** Sees people, not roles. */
let sam: TestPerson;
/** May do nothing. */
let will: TestPerson;
let team: string;
/** The role that Omar has. */
let editors: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  team = await role('Contact team', []);
  editors = await role('Editors', [...READING, 'people.roles.edit']);
  omar = await app.person('Omar Haddad', editors);
  priya = await app.person('Priya Nair', await role('Leads', [...READING, 'people.roles.edit', EXPORT]));
  sam = await app.person('Sam Weber', await role('People', ['people.administrators.view']));
  will = await app.person('Will Weak', await role('Nothing', []));
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const NOT_HELD: Refusal = { code: 'access/not-held', permissions: [EXPORT] };
const asked = (change: object = { grant: [EXPORT] }) => ({
  procedure: 'roles.edit',
  input: { id: team, seen: 1, ...change }
});
const request = (to: string, more: object = {}) => ({
  to,
  asked: asked(),
  ...more
});
const hand = async (from: TestPerson, to: TestPerson, more: object = {}) =>
  (await from.client.call<{ id: string }>('handovers.send', request(to.id, more))).id;
const lists = (client: ApiClient) => client.call<HandoverLists>('handovers.list');
const waiting = async (person: TestPerson) => (await lists(person.client)).toMe.map(({ id }) => id);
const fate = async (person: TestPerson, id: string) =>
  (await lists(person.client)).fromMe.find((each) => each.id === id);
const roleOf = async ({ client }: TestPerson) => (await client.call<{ role: { id: string } }>('me.get')).role;
const permissions = async () =>
  (await app.owner.call<{ permissions: string[] }>('roles.get', { id: team })).permissions;
type Told = { kind: string; data: Record<string, string> };
const told = async ({ client }: TestPerson, kind: string) =>
  (await client.call<{ notices: Told[] }>('me.get')).notices.filter((each) => each.kind === kind);

describe('[LIV-8] handing on', () => {
  test('the recipient sees what, for which role, who asks, why it was refused, the note, and when; a log entry tells of it', async () => {
    const before = await momentOf(state);
    const id = await hand(omar, priya, { note: 'For the fair on Monday' });
    const [shown] = (await lists(priya.client)).toMe;
    expect(shown).toMatchObject({
      id,
      from: { id: omar.id, name: 'Omar Haddad', standing: 'active' },
      procedure: 'roles.edit',
      input: { id: team, seen: 1, grant: [EXPORT] },
      subject: { type: 'role', id: team, name: 'Contact team', state: 'there' },
      label: 'Contact team',
      reason: NOT_HELD,
      note: 'For the fair on Monday',
      state: 'open',
      judged: true
    });
    expect(shown!.askedAt).toBe(shown!.sentAt);
    expect(await fate(omar, id)).toMatchObject({ state: 'open', to: { name: 'Priya Nair' } });
    expect((await priya.client.call<{ handovers: object }>('me.get')).handovers).toEqual({
      toMe: 1,
      fromMe: 0
    });
    expect((await omar.client.call<{ handovers: object }>('me.get')).handovers).toEqual({
      toMe: 0,
      fromMe: 1
    });
    expect((await told(priya, 'handover-received'))[0]?.data).toEqual({
      by: 'Omar Haddad',
      label: 'Contact team'
    });
    // Nothing of the role changed, and nobody else hears of it.
    expect(await permissions()).toEqual([]);
    expect([await waiting(sam), await waiting(omar)]).toEqual([[], []]);
    const [entry, ...others] = await entriesSince(state, before);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      action: 'handover.sent',
      actor: { id: omar.id },
      target: { id: priya.id }
    });
    expect(entry?.change).toContainEqual({ path: 'grant', old: null, new: [EXPORT] });
    await priya.client.call('handovers.decline', { id });
  });

  test('exactly once: a repeated operation is one hand-over, with its first answer', async () => {
    const op = randomUUID();
    const twice = await Promise.all([
      omar.client.try('handovers.send', { op, ...request(priya.id) }),
      omar.client.try('handovers.send', { op, ...request(priya.id) })
    ]);
    const again = await omar.client.call('handovers.send', { op, ...request(priya.id) });
    expect(twice.map(({ value }) => value)).toEqual([again, again]);
    expect(await waiting(priya)).toEqual([(again as { id: string }).id]);
    expect(
      await omar.client.refused('handovers.send', { op, ...request(priya.id, { note: 'other' }) })
    ).toEqual({ code: 'input/op-reused', field: 'op' });
    await omar.client.call('handovers.withdraw', again as { id: string });
  });

  test('reaches open pages of its recipient at once, and of nobody else', async () => {
    using hers = openReplica(priya.client, 'settings');
    using others = openReplica(sam.client, 'settings');
    await until(() => hers.provider.synced && others.provider.synced, 'both read');
    const news = (replica: typeof hers) =>
      [...replica.provider.awareness.getStates().values()].filter((each) => each['news'] === true).length;
    expect(news(hers)).toBe(0);
    const id = await hand(omar, priya);
    await until(() => news(hers) > 0, 'the news');
    expect(news(others)).toBe(0);
    await omar.client.call('handovers.withdraw', { id });
  });

  const REFUSED: [string, () => object, string][] = [
    ['to nobody', () => ({ to: undefined }), 'to'],
    ['to oneself', () => ({ to: omar.id }), 'to'],
    ['to somebody who may not see the role', () => ({ to: sam.id }), 'to'],
    ['what is no procedure', () => ({ asked: { procedure: 'roles.explode', input: {} } }), 'asked.procedure'],
    [
      'what would hold a secret',
      () => ({
        asked: { procedure: 'administrators.resetPassword', input: { id: will.id, password: 'a secret' } }
      }),
      'asked.procedure'
    ],
    ['an operation id with it', () => ({ asked: asked({ op: randomUUID() }) }), 'asked.input.op'],
    ['an unknown field', () => ({ asked: asked({ owner: true }) }), 'asked.input.owner'],
    ['a malformed permission', () => ({ asked: asked({ grant: ['NO'] }) }), 'asked.input.grant.0'],
    ['an unknown permission', () => ({ asked: asked({ grant: ['no.such'] }) }), 'asked.input.grant'],
    ['nothing', () => ({ asked: asked({}) }), 'asked.input'],
    ['a name that cannot be shown', () => ({ asked: asked({ name: 'a\u202eb' }) }), 'asked.input.name'],
    ['a reason of one’s own', () => ({ reason: { code: 'access/owner' } }), 'reason'],
    ['a label of one’s own', () => ({ label: 'Routine clean-up' }), 'label'],
    ['a time of one’s own', () => ({ askedAt: '2020-01-01T00:00:00.000Z' }), 'askedAt'],
    ['an operation that is none', () => ({ refused: 'yesterday' }), 'refused'],
    ['a note that is too long', () => ({ note: 'x'.repeat(501) }), 'note'],
    ['a note that cannot be shown', () => ({ note: 'a\u001b[2J' }), 'note']
  ];
  test.each(REFUSED)(
    'handing on is refused %s, names the field and leaves nothing',
    async (_, more, field) => {
      const [before, known] = [await momentOf(state), await waiting(priya)];
      const { asked: what, ...rest } = { asked: asked({ grant: [EXPORT] }), ...more() } as Record<
        string,
        unknown
      >;
      const refusal = await omar.client.refused('handovers.send', {
        ...request(priya.id),
        asked: what,
        ...rest
      });
      expect(refusal).toMatchObject({ field });
      expect(await waiting(priya)).toEqual(known);
      expect(await entriesSince(state, before)).toEqual([]);
    }
  );

  test('nothing that is gone is handed on, and to nobody who is gone or suspended', async () => {
    const gone = { asked: { procedure: 'roles.delete', input: { id: 'no-such-role' } } };
    expect(await omar.client.refused('handovers.send', request(priya.id, gone))).toEqual({
      code: 'not-found',
      what: 'role'
    });
    expect(await omar.client.refused('handovers.send', request(randomUUID()))).toEqual({
      code: 'not-found',
      what: 'administrator'
    });
    const leaver = await app.person('Lea Leaver', 'admin');
    await app.owner.call('administrators.suspend', { id: leaver.id });
    expect(await omar.client.refused('handovers.send', request(leaver.id))).toMatchObject({ field: 'to' });
    // Who may not see roles is not told which there are.
    const deleteIt = { procedure: 'roles.delete', input: { id: 'no-such-role' } };
    const blind = await sam.client.call<{ id: string }>(
      'handovers.send',
      request(priya.id, { asked: deleteIt })
    );
    const shown = (await lists(priya.client)).toMe.find(({ id }) => id === blind.id);
    expect(shown).toMatchObject({ label: 'a role', subject: { name: null, state: 'gone' } });
    await priya.client.call('handovers.decline', blind);
  });

  test('handing on takes the right to see who there is, and a denied try is in the log', async () => {
    const before = await momentOf(state);
    const permission = 'people.administrators.view';
    const told = { code: 'access/permission-required', permission };
    expect(await will.client.refused('handovers.send', request(priya.id))).toEqual(told);
    expect(await will.client.refused('handovers.recipients', { procedure: 'roles.edit', id: team })).toEqual(
      told
    );
    expect((await entriesSince(state, before)).map(({ action }) => action)).toEqual([
      'access.denied',
      'access.denied'
    ]);
  });

  test('nobody is flooded: so many wait from one to one, also when they come all at once', async () => {
    const [from, to] = [await app.person('Fay Flood', editors), priya];
    const sent = await Promise.all(
      Array.from({ length: MOST_OPEN + 5 }, () =>
        from.client.try<{ id: string }>('handovers.send', request(to.id))
      )
    );
    const refusals = sent.flatMap(({ refusal }) => (refusal ? [refusal] : []));
    expect(sent.filter(({ value }) => value)).toHaveLength(MOST_OPEN);
    expect(refusals).toHaveLength(5);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'input/invalid', field: 'to' });
    // Taking back makes room for a few more, and not for ever.
    const ids = sent.flatMap(({ value }) => (value ? [value.id] : []));
    let more = 0;
    for (const id of ids.slice(0, 20)) {
      await from.client.call('handovers.withdraw', { id });
      if ((await from.client.try('handovers.send', request(to.id))).value) more += 1;
    }
    expect(more).toBe(10);
    for (const { id } of (await lists(to.client)).toMe) await to.client.call('handovers.decline', { id });
    await state.sql`delete from notices where administrator_id in (${to.id}, ${from.id})`;
  });
});

describe('[LIV-8] [ACC-7] why it was refused is the server’s own word', () => {
  const grantOmar = (change: object) => app.owner.call('roles.edit', { id: editors, seen, ...change });
  const notRefused = { code: 'conflict/not-refused' };
  const edit = (person: TestPerson, input: object) => person.client.call('roles.edit', { seen: 1, ...input });

  test('from the answer it gave, where the operation is named, also when it would answer otherwise now', async () => {
    const op = randomUUID();
    await edit(omar, { op, id: team, grant: [EXPORT], description: 'This part landed' });
    await grantOmar({ grant: [EXPORT] });
    const shown = async (id: string) => (await lists(priya.client)).toMe.find((each) => each.id === id);
    const id = await hand(omar, priya, { refused: op });
    expect(await shown(id)).toMatchObject({ reason: NOT_HELD, judged: false, refused: null });
    const [{ at }] = await state.sql<[{ at: Date }]>`select at from operations where op = ${op}`;
    expect(await fate(omar, id)).toMatchObject({ refused: op, askedAt: at.toISOString() });
    await priya.client.call('handovers.decline', { id });
    // Nothing else makes of it what was refused: not their word, nor what was asked otherwise, or by another.
    const others = randomUUID();
    const oda = await app.person('Oda Editor', await weakEditors());
    await edit(oda, { op: others, id: team, grant: [EXPORT] });
    const elsewhere = randomUUID();
    await edit(omar, { op: elsewhere, id: team, grant: ['audience.contacts.import'] });
    for (const refused of [undefined, randomUUID(), others, elsewhere])
      expect(
        await omar.client.refused('handovers.send', request(priya.id, { ...(refused ? { refused } : {}) }))
      ).toEqual(notRefused);
    // What landed with it was not refused.
    const landed = asked({ description: 'This part landed' });
    expect(
      await omar.client.refused('handovers.send', request(priya.id, { asked: landed, refused: op }))
    ).toEqual(notRefused);
    // Its answer is forgotten after a while: then it is judged anew.
    await state.audited((tx) => tx`delete from operations where op = ${op}`);
    expect(await omar.client.refused('handovers.send', request(priya.id, { refused: op }))).toEqual(
      notRefused
    );
    await grantOmar({ revoke: [EXPORT] });
    const anew = await hand(omar, priya, { refused: op });
    expect(await shown(anew)).toMatchObject({ reason: NOT_HELD, judged: true });
    await omar.client.call('handovers.withdraw', { id: anew });
  });

  test('a conflict names who made it, as the server knows it', async () => {
    await app.owner.call('roles.edit', { id: team, seen, grant: [EXPORT] });
    await app.owner.call('roles.edit', { id: team, seen, revoke: [EXPORT] });
    const op = randomUUID();
    await edit(priya, { op, id: team, grant: [EXPORT] });
    const id = await hand(priya, omar, { refused: op });
    const shown = (await lists(omar.client)).toMe.find((each) => each.id === id);
    expect(shown?.reason).toMatchObject({ code: 'conflict/revoked-since', by: 'Maya Lindqvist' });
    expect(shown?.label).toBe('Contact team');
    await omar.client.call('handovers.decline', { id });
  });

  const weakEditors = async () =>
    (
      await app.owner.call<{ id: string }>('roles.create', {
        name: 'Weak editors',
        permissions: [...READING, 'people.roles.edit']
      })
    ).id;
});

describe('[LIV-8] [ACC-7] who could be asked', () => {
  type Found = { people: { id: string; mayRead: boolean; suffices: boolean | null }[] };
  const find = async (input: object) => (await omar.client.call<Found>('handovers.recipients', input)).people;

  test('everybody else who is here, those first whose rights would do, and who may not see it last', async () => {
    const people = await find({ procedure: 'roles.edit', id: team, asked: asked() });
    const of = (id: string) => people.find((each) => each.id === id);
    expect(of(omar.id)).toBeUndefined();
    expect(of(app.ownerId)).toMatchObject({ mayRead: true, suffices: true });
    expect(of(priya.id)).toMatchObject({ mayRead: true, suffices: true });
    expect(of(sam.id)).toMatchObject({ mayRead: false, suffices: false });
    const at = (id: string) => people.findIndex((each) => each.id === id);
    expect(at(priya.id)).toBeLessThan(at(sam.id));
  });

  test('by the rules that will judge it: a rename she may, her own role she may not widen', async () => {
    const rename = { procedure: 'roles.edit', input: { id: team, seen: 0, name: 'Team' } };
    const mine = await find({ procedure: 'roles.edit', id: team, asked: rename, search: 'priya' });
    expect(mine).toMatchObject([{ id: priya.id, suffices: true }]);
    const { role } = await priya.client.call<{ role: { id: string } }>('me.get');
    const own = {
      procedure: 'roles.edit',
      input: { id: role.id, seen: 0, grant: ['audience.contacts.view'] }
    };
    expect(await find({ procedure: 'roles.edit', id: role.id, asked: own, search: 'priya' })).toMatchObject([
      { suffices: false }
    ]);
    const suspend = { procedure: 'administrators.suspend', input: { id: will.id } };
    expect(
      await find({ procedure: 'administrators.suspend', id: will.id, asked: suspend, search: 'priya' })
    ).toMatchObject([{ mayRead: true, suffices: false }]);
    // Without the whole question nothing is said of their rights.
    expect(await find({ procedure: 'roles.edit', id: team, search: 'priya' })).toMatchObject([
      { suffices: null }
    ]);
  });
});

describe('[LIV-8] what comes of it', () => {
  test('[LIV-5] applied: the recipient’s own edit, and their word counts only once that has landed', async () => {
    const id = await hand(omar, priya);
    const op = randomUUID();
    const early = await priya.client.refused('handovers.settle', { id, applied: op });
    expect(early).toMatchObject({ code: 'input/invalid', field: 'applied' });
    const before = await momentOf(state);
    await priya.client.call('roles.edit', { op, id: team, seen, grant: [EXPORT] });
    const word = { op: randomUUID(), id, applied: op };
    expect(await priya.client.call('handovers.settle', word)).toEqual({ state: 'applied' });
    expect(await priya.client.call('handovers.settle', word)).toEqual({ state: 'applied' });
    expect(await permissions()).toEqual([EXPORT]);
    expect(await waiting(priya)).toEqual([]);
    expect(await fate(omar, id)).toMatchObject({ state: 'applied' });
    const data = { by: 'Priya Nair', label: 'Contact team' };
    expect((await told(omar, 'handover-applied')).map((each) => each.data)).toEqual([data]);
    const entries = await entriesSince(state, before);
    expect(entries.map(({ action, actor }) => [action, actor.id])).toEqual([
      ['role.edited', priya.id],
      ['handover.applied', priya.id]
    ]);
    expect(entries[1]?.change).toContainEqual({ path: 'applied', old: null, new: op });
    await app.owner.call('roles.edit', { id: team, seen, revoke: [EXPORT] });
  });

  test('applied is what was asked, and nothing else: not the contrary, not a part, not what was done before', async () => {
    const also = 'audience.contacts.view';
    await app.owner.call('roles.edit', { id: (await roleOf(priya)).id, seen, grant: [also] });
    const own = async (input: object, procedure = 'roles.edit') => {
      const op = randomUUID();
      await priya.client.call(procedure, { op, ...input });
      return op;
    };
    const whole = { id: team, seen, grant: [EXPORT, also] };
    const before = await own(whole);
    await app.owner.call('roles.edit', { id: team, seen, revoke: [EXPORT, also] });
    const id = await hand(omar, priya, { asked: asked({ grant: [EXPORT, also] }) });
    const filters = await own({ filters: [] }, 'log.keepFilters');
    const part = await own({ id: team, seen, grant: [EXPORT] });
    const contrary = await own({ id: team, seen, revoke: [EXPORT, also] });
    const elsewhere = await own({ id: 'analyst', seen, description: 'Hers' });
    for (const applied of [before, filters, part, contrary, elsewhere])
      expect(await priya.client.refused('handovers.settle', { id, applied })).toMatchObject({
        code: 'input/invalid',
        field: 'applied'
      });
    expect(await fate(omar, id)).toMatchObject({ state: 'open' });
    expect((await told(omar, 'handover-applied')).length).toBe(1);
    // What she had on screen, and the order in which she asks, are hers.
    const applied = await own({ id: team, seen: seen - 1, grant: [also, EXPORT], description: 'And more' });
    await priya.client.call('handovers.settle', { id, applied });
    expect(await fate(omar, id)).toMatchObject({ state: 'applied' });
    await app.owner.call('roles.edit', { id: team, seen, revoke: [EXPORT, also] });
  });

  test('[ACC-1] to somebody with as few rights nothing lands, and nobody is told that it did', async () => {
    const other = await app.person('Oda Other', editors);
    const id = await hand(omar, other);
    const op = randomUUID();
    const { refused } = await other.client.call<{ refused: Refusal[] }>('roles.edit', {
      op,
      id: team,
      seen,
      grant: [EXPORT]
    });
    expect(refused).toMatchObject([{ code: 'access/not-held' }]);
    expect(await other.client.refused('handovers.settle', { id, applied: op })).toMatchObject({
      field: 'applied'
    });
    expect(await permissions()).toEqual([]);
    expect(await fate(omar, id)).toMatchObject({ state: 'open' });
    await omar.client.call('handovers.withdraw', { id });
  });

  test('declined: with a word, and nothing changed', async () => {
    const id = await hand(omar, priya);
    const before = await momentOf(state);
    await priya.client.call('handovers.decline', { id, note: 'Not before the audit' });
    expect(await fate(omar, id)).toMatchObject({ state: 'declined', endNote: 'Not before the audit' });
    expect((await told(omar, 'handover-declined')).at(0)?.data).toEqual({
      by: 'Priya Nair',
      label: 'Contact team',
      note: 'Not before the audit'
    });
    const after = await momentOf(state);
    expect(after.digest).toBe(before.digest);
    expect((await entriesSince(state, before)).map(({ action }) => action)).toEqual(['handover.declined']);
  });

  test('settled once, whoever is faster: of taking back, declining and applying one counts', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await hand(omar, priya);
      const op = randomUUID();
      await priya.client.call('roles.edit', { op, id: team, seen, grant: [EXPORT] });
      const before = await momentOf(state);
      const results = await Promise.all([
        omar.client.try<{ state: string }>('handovers.withdraw', { id }),
        priya.client.try<{ state: string }>('handovers.decline', { id }),
        priya.client.try<{ state: string }>('handovers.settle', { id, applied: op })
      ]);
      const won = results.filter(({ value }) => value);
      expect(won).toHaveLength(1);
      const { state: end } = won[0]!.value!;
      for (const { refusal } of results)
        if (refusal) expect(refusal).toEqual({ code: 'conflict/ended', state: end });
      expect(await fate(omar, id)).toMatchObject({ state: end });
      const entries = await entriesSince(state, before);
      expect(entries.map(({ action }) => action)).toEqual([`handover.${end}`]);
      await app.owner.call('roles.edit', { id: team, seen, revoke: [EXPORT] });
    }
  });

  test('[ACC-6] nobody settles another’s, and nobody learns that it is there', async () => {
    const id = await hand(omar, priya);
    const absent = { code: 'not-found', what: 'hand-over' };
    const op = randomUUID();
    await app.owner.call('roles.edit', { op, id: team, seen, description: 'By the owner' });
    const { client } = sam;
    for (const [who, procedure, input] of [
      [client, 'handovers.settle', { id, applied: op }],
      [app.owner, 'handovers.settle', { id, applied: op }],
      [app.owner, 'handovers.decline', { id }],
      [client, 'handovers.withdraw', { id }],
      [omar.client, 'handovers.decline', { id }],
      [priya.client, 'handovers.withdraw', { id }],
      [priya.client, 'handovers.decline', { id: randomUUID() }]
    ] as const)
      expect(await who.refused(procedure, input)).toEqual(absent);
    expect(await fate(omar, id)).toMatchObject({ state: 'open' });
    await priya.client.call('handovers.decline', { id });
  });
});

describe('[LIV-8] what changed meanwhile has an honest state', () => {
  test('the role is gone; its recipient may not see it any more; one of the two is suspended or gone', async () => {
    const { id: role } = await app.owner.call<{ id: string }>('roles.create', { name: 'Shorter' });
    await app.owner.call('roles.edit', { id: role, seen, name: 'Short-lived' });
    const rea = await app.person('Rea Reader', editors);
    const about = {
      asked: { procedure: 'roles.edit', input: { id: role, seen: 1, name: 'Long-lived' } }
    };
    const id = await hand(omar, rea, about);
    const hers = async () => (await lists(rea.client)).toMe.find((each) => each.id === id);
    const conflict = {
      code: 'conflict/changed-since',
      field: 'name',
      yours: 'Long-lived',
      theirs: 'Short-lived'
    };
    expect(await hers()).toMatchObject({
      subject: { name: 'Short-lived', state: 'there' },
      reason: { ...conflict, by: 'Maya Lindqvist' }
    });
    // What she may not read is not shown beyond what he wrote and asked: not what it is or was called, nor what stood
    // against it.
    await app.owner.call('administrators.update', { id: rea.id, seen, roleId: 'analyst' });
    const analyst = await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'analyst' });
    if (analyst.permissions.includes('people.roles.view'))
      await app.owner.call('roles.edit', { id: 'analyst', seen, revoke: ['people.roles.view'] });
    expect(await hers()).toMatchObject({
      subject: { name: null, state: 'hidden' },
      label: 'a role',
      reason: null
    });
    await app.owner.call('administrators.update', { id: rea.id, seen, roleId: editors });
    await app.owner.call('roles.delete', { id: role });
    expect(await hers()).toMatchObject({ label: 'Short-lived', subject: { name: null, state: 'gone' } });

    await app.owner.call('administrators.suspend', { id: rea.id });
    expect(await fate(omar, id)).toMatchObject({ state: 'open', to: { standing: 'suspended' } });
    await app.owner.call('administrators.delete', { id: rea.id, hard: true });
    expect(await fate(omar, id)).toMatchObject({
      state: 'open',
      to: { name: 'Rea Reader', standing: 'gone' }
    });
    await omar.client.call('handovers.withdraw', { id });
    expect(await fate(omar, id)).toMatchObject({ state: 'withdrawn' });
  });

  test('its author is gone: it is still told, answered, and goes once the other one is gone as well', async () => {
    const [ivo, una] = [await app.person('Ivo Brief', editors), await app.person('Una Brief', editors)];
    const [first, second] = [await hand(ivo, una), await hand(ivo, una)];
    await app.owner.call('administrators.delete', { id: ivo.id, hard: true });
    const [, shown] = (await lists(una.client)).toMe;
    expect(shown).toMatchObject({ id: first, from: { name: 'Ivo Brief', standing: 'gone' } });
    await una.client.call('handovers.decline', { id: first });
    await app.owner.call('administrators.delete', { id: una.id, hard: true });
    const left = await state.sql<
      { id: string }[]
    >`select id from handovers where id in (${first}, ${second})`;
    // What was answered is kept for a while, for nobody; what was open went with the second of them.
    expect(left.map(({ id }) => id)).not.toContain(second);
  });
});
