import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKey } from '../../src/lib/core/applications/key-format';
import { evaluate } from '../../src/lib/core/access/decisions/evaluate';
import { admitKey } from '../../src/lib/server/services/decisions/admit-key';
import {
  startAuthorityView,
  type AuthorityView
} from '../../src/lib/server/services/decisions/authority-view';
import { KnownAuthority } from '../../src/lib/server/services/decisions/known-authority';
import { readAuthority } from '../../src/lib/server/services/decisions/read-authority';
import type { OpenConsole } from '../../src/lib/server/services/installation/open-console';
import { plantPeople } from '../support/accounts';
import { plantApplication, plantPersonalKey, type Planted } from '../support/applications';
import { enrol, startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';
import { within } from '../support/trials';

// [DEC-2] [APP-4] Authority in memory: what it may claim to know, how soon it knows, and that it says so when it does
// not.

let app: TestConsole;
let state: StateProbe;
/** Two processes that decide; the second hears nothing. */
let hearing: OpenConsole;
let deaf: OpenConsole;
let view: AuthorityView;
let deafView: AuthorityView;
/** Notifications that the first was told of. */
let heard = 0;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  hearing = await openUseCases(app.databaseUrl);
  deaf = await openUseCases(app.databaseUrl);
  view = await startAuthorityView(hearing.deps, hearing.handle, { hears: () => (heard += 1) > 0 });
  deafView = await startAuthorityView(deaf.deps, deaf.handle, { hears: () => false });
});
afterAll(async () => {
  await view.stop();
  await deafView.stop();
  await hearing.handle.close();
  await deaf.handle.close();
  await state.close();
  await app.stop();
});

const MERGE = { action: 'merge', resource: { type: 'audience.contact_lists', id: 'any' } };

/** Answer of a process: yes, a code of no, or that it does not know. */
function answer(from: AuthorityView, subject: { type: string; id: string }): string {
  const known = from.now();
  if (!known) return 'not known';
  return evaluate(known, subject, MERGE.action, MERGE.resource, Date.now()).reasons[0].code;
}

function keyAnswer(from: AuthorityView, key: string, ip = '10.0.0.1'): string {
  const known = from.now();
  if (!known) return 'not known';
  const admitted = admitKey(known, parseKey(key), ip, Date.now());
  return 'refused' in admitted ? admitted.refused : [...admitted.permissions].sort().join(' ');
}

/** A process knows: what is asked of it in the same turn of the event loop has an answer. */
const knows = (from: AuthorityView) => until(() => from.now() !== null, 'known');

/** Authority that stands for a revision at least, as soon as a process has it: one look may take its time. */
async function reached(from: AuthorityView, revision: number | null): Promise<KnownAuthority> {
  const found: KnownAuthority[] = [];
  await until(async () => {
    const known = await from.reach(revision);
    if (known) found.push(known);
    return known !== null;
  }, `revision ${revision} is reached`);
  return found[0]!;
}

/** Milliseconds until each process gives another answer than yes. */
async function untilBoth(ask: (from: AuthorityView) => string, expected: string): Promise<number[]> {
  const begun = performance.now();
  return Promise.all(
    [view, deafView].map(async (each) => {
      await until(() => Promise.resolve(ask(each) === expected), `${ask(each)} becomes ${expected}`);
      return performance.now() - begun;
    })
  );
}

async function makeRole(permissions: string[]): Promise<{ id: string; seq: number }> {
  return app.owner.call('roles.create', { name: `Role ${Math.random()}`, permissions });
}

type Step = [expected: string, change: () => Promise<unknown>];

/**
 * Makes change after change: each is in force within a second where notifications arrive, and within two where they
 * are lost.
 */
async function inForce(ask: (from: AuthorityView) => string, steps: readonly Step[]): Promise<void> {
  for (const [expected, change] of steps) {
    await change();
    const [heard, looked] = await untilBoth(ask, expected);
    expect(heard, expected).toBeLessThan(within(1000));
    expect(looked, expected).toBeLessThan(within(2000));
  }
}

describe('[DEC-2] what changes is in force in every process', () => {
  test('people: made, given another role, suspended, back, deactivated, deleted', async () => {
    const merge = ['audience.contact_lists.merge'];
    const role = await makeRole(merge);
    const other = await makeRole([]);
    const { id } = await app.person('Mia Merger', role.id);
    const edit = (change: object) => app.owner.call('roles.edit', { id: role.id, seen: 1e6, ...change });
    const give = (roleId: string) => app.owner.call('administrators.update', { id, seen: 1e6, roleId });
    await inForce(
      (from) => answer(from, { type: 'administrator', id }),
      [
        ['granted', () => Promise.resolve()],
        ['not-granted', () => give(other.id)],
        ['granted', () => give(role.id)],
        ['suspended', () => app.owner.call('administrators.suspend', { id })],
        ['granted', () => app.owner.call('administrators.reactivate', { id })],
        ['not-granted', () => edit({ revoke: merge })],
        ['granted', () => edit({ grant: merge })],
        // Its members move in one statement, whoever they are.
        ['not-granted', () => app.owner.call('roles.delete', { id: role.id, reassignTo: other.id })],
        ['closed', () => app.owner.call('administrators.delete', { id })],
        ['unknown-subject', () => app.owner.call('administrators.delete', { id, hard: true })]
      ]
    );
  });

  test('an address that passes to somebody else is theirs', async () => {
    const role = await makeRole(['audience.contact_lists.merge']);
    const empty = await makeRole([]);
    const [one, two] = await plantPeople(state, [{ roleId: role.id }, { roleId: empty.id }]);
    const email = `${one}@northwind.example`;
    await inForce(
      (from) => answer(from, { type: 'administrator', id: email }),
      [
        ['granted', () => app.owner.call('administrators.update', { id: one, seen: 1e6, name: 'One' })],
        [
          'not-granted',
          () =>
            state.audited(async (tx) => {
              await tx`update administrators set email_key = id || 'x' where id = ${one!}`;
              await tx`update administrators set email_key = ${email} where id = ${two!}`;
              await tx`select pg_notify('authority', 'all')`;
            })
        ]
      ]
    );
  });
});

describe('[QUO-8] while sending is paused', () => {
  const SEND = 'campaigns.transactional.send';
  /** @param ahead milliseconds by which the clock of whoever decides is ahead */
  const code = (
    from: AuthorityView,
    subject: { type: string; id: string },
    permission: string,
    ahead = 0
  ) => {
    const at = permission.lastIndexOf('.');
    const resource = { type: permission.slice(0, at), id: '*' };
    const known = from.now();
    return known
      ? evaluate(known, subject, permission.slice(at + 1), resource, Date.now() + ahead).reasons[0].code
      : 'not known';
  };

  test('what sends is a no for whoever is paused, and for everybody, until it ends; all else goes on', async () => {
    const role = await makeRole([SEND, 'audience.contact_lists.merge']);
    const [id, other] = await plantPeople(state, [{ roleId: role.id }, { roleId: role.id }]);
    const machine = await plantApplication(state, { roleId: role.id });
    const subject = { type: 'administrator', id: id! };
    const pause = (of: unknown, more: object = {}) =>
      app.owner.call('caps.pause', { subject: of, reason: 'complaints', ...more });
    const resume = (of: unknown) => app.owner.call('caps.resume', { subject: of, reason: 'settled' });
    const hour = 3_600_000;
    const inAnHour = () => ({ until: new Date(Date.now() + hour).toISOString() });
    await inForce(
      (from) => code(from, subject, SEND),
      [
        ['granted', () => Promise.resolve()],
        ['paused', () => pause(subject)],
        ['granted', () => resume(subject)],
        ['paused', () => pause('platform')],
        ['granted', () => resume('platform')],
        ['paused', () => pause(subject, inAnHour())]
      ]
    );
    // By the clock: nobody writes it.
    await untilBoth((from) => code(from, subject, SEND, hour), 'granted');
    await untilBoth((from) => code(from, subject, SEND), 'paused');
    await pause(subject);
    await untilBoth((from) => code(from, subject, SEND, hour), 'paused');
    await knows(view);
    expect(code(view, { type: 'administrator', id: other! }, SEND)).toBe('granted');
    expect(code(view, subject, 'audience.contact_lists.merge')).toBe('granted');
    await inForce(
      (from) => code(from, { type: 'application', id: machine.id }, SEND),
      [
        ['granted', () => Promise.resolve()],
        ['paused', () => pause({ type: 'application', id: machine.id })]
      ]
    );
  });
});

test('[QUO-8] [DEC-2] a pause and its end are told: nobody waits for the next look', async () => {
  const [id] = await plantPeople(state, [{ roleId: 'support' }]);
  const machine = await plantApplication(state, { roleId: 'support' });
  for (const subject of [
    { type: 'administrator', id: id! },
    { type: 'application', id: machine.id },
    'platform'
  ])
    for (const command of ['caps.pause', 'caps.resume']) {
      const before = heard;
      await app.owner.call(command, { subject, reason: 'complaints' });
      await until(() => Promise.resolve(heard > before), `${command} is heard`);
    }
});

describe('[APP-4] a key is worth what its application may do now', () => {
  const set = (table: 'applications' | 'api_keys', id: string, change: Record<string, unknown>) =>
    state.audited(async (tx) => {
      await tx`update ${tx(table)} set ${tx(change)} where id = ${id}`;
      await tx`select pg_notify('authority', 'all')`;
    });

  test('role, status, allowlist, steward, deletion; and of the key: expiry, rotation, revocation', async () => {
    const role = await makeRole(['audience.contact_lists.merge']);
    const empty = await makeRole([]);
    const made = await plantApplication(state, { roleId: role.id });
    const later: Planted = await plantApplication(state, { roleId: role.id });
    const all = 'audience.contact_lists.merge';
    const past = new Date(Date.now() - 1000);
    const soon = new Date(Date.now() + 3600_000);
    const long = new Date(Date.now() - 31 * 24 * 3600_000);
    const of = (id: string, change: Record<string, unknown>) => () => set('applications', id, change);
    const key = (change: Record<string, unknown>) => () => set('api_keys', made.keyId, change);
    await inForce(
      (from) => keyAnswer(from, made.key),
      [
        [all, () => Promise.resolve()],
        ['', of(made.id, { role_id: empty.id })],
        [all, of(made.id, { role_id: role.id })],
        ['suspended', of(made.id, { status: 'suspended' })],
        [all, of(made.id, { status: 'active' })],
        ['suspended', of(made.id, { steward_gone_at: long })],
        [all, of(made.id, { steward_gone_at: null })],
        ['address', of(made.id, { allowlist: state.sql.json(['192.0.2.0/24']) })],
        [all, of(made.id, { allowlist: state.sql.json(['10.0.0.0/8']) })],
        [all, key({ retires_at: soon, replaced_by: later.keyId })],
        ['rotated', key({ retires_at: past })],
        [all, key({ retires_at: null, replaced_by: null })],
        ['expired', key({ expires_at: past })],
        [all, key({ expires_at: soon })],
        ['revoked', key({ revoked_at: past, revoked_reason: 'revoked' })]
      ]
    );
    await inForce((from) => keyAnswer(from, later.key), [['revoked', of(later.id, { deleted_at: past })]]);
    await knows(view);
    expect(keyAnswer(view, `${made.key.slice(0, -1)}~`)).toBe('unknown');
  });

  test('[APP-5] a personal key: no more than it was made for, no more than its person holds, and no longer', async () => {
    const role = await makeRole(['audience.contact_lists.merge', 'audience.contact_lists.view']);
    const { id } = await app.person('Pia Personal', role.id);
    const asked = ['audience.contact_lists.merge', 'audience.contact_lists.export', 'people.roles.view'];
    const { key } = await plantPersonalKey(state, id, asked);
    await inForce(
      (from) => keyAnswer(from, key),
      [
        ['audience.contact_lists.merge', () => Promise.resolve()],
        ['', () => app.owner.call('roles.edit', { id: role.id, seen: 1e6, revoke: [asked[0]] })],
        ['suspended', () => app.owner.call('administrators.suspend', { id })],
        ['unknown', () => app.owner.call('administrators.delete', { id, hard: true })]
      ]
    );
  });

  test('[APP-5] [AUT-2] a personal key rests while a second factor is asked of its person who has none, whoever asks', async () => {
    const role = await makeRole(['audience.contact_lists.merge']);
    const { id, client } = await app.person('Fay Factorless', role.id);
    const merge = 'audience.contact_lists.merge';
    const { key } = await plantPersonalKey(state, id, [merge]);
    const machine = await plantApplication(state, { roleId: role.id });
    const [other] = await plantPeople(state, [{ roleId: role.id }]);
    const ofRole = (change: object) => app.owner.call('roles.edit', { id: role.id, seen: 1e6, ...change });
    const ofPerson = (change: object) => app.owner.call('administrators.require2fa', { id, ...change });
    const ofAll = (twoFactor: object) =>
      app.owner.call('settings.update', { seen: Number.MAX_SAFE_INTEGER, twoFactor });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await inForce(
      (from) => keyAnswer(from, key),
      [
        [merge, () => Promise.resolve()],
        ['suspended', () => ofPerson({ required: true })],
        [merge, () => ofPerson({ required: true, from: tomorrow })],
        ['suspended', () => ofRole({ require2fa: true })],
        [merge, () => ofRole({ require2fa: false })],
        // Whoever requires it of everybody must have one.
        ['suspended', () => enrol(app.owner).then(() => ofAll({ required: true }))],
        [merge, () => enrol(client)]
      ]
    );
    // A machine has nobody to ask; and whoever asks about a person is told what they may do (decision 0043).
    await knows(view);
    expect(keyAnswer(view, machine.key)).toBe(merge);
    expect(answer(view, { type: 'administrator', id: other! })).toBe('granted');
    await ofAll({ required: false });
  });

  test('[APP-2] of a key that is over it keeps no more than that it is', async () => {
    const [id] = await plantPeople(state, [{ roleId: 'support' }]);
    const asked = ['audience.contact_lists.merge'];
    const made = [await plantPersonalKey(state, id!, asked), await plantPersonalKey(state, id!, asked)];
    const [over, works] = made as [(typeof made)[0], (typeof made)[0]];
    await set('api_keys', over.keyId, { revoked_at: new Date(), revoked_reason: 'revoked' });
    const known = new KnownAuthority(hearing.deps.catalogue);
    known.apply(await readAuthority(hearing.deps, known));
    const scopesOf = ({ key }: { key: string }) => known.key(parseKey(key)!.kid)?.permissions;
    expect([scopesOf(over), scopesOf(works)]).toEqual([[], asked]);
    const admitted = admitKey(known, parseKey(over.key), null, Date.now());
    expect(admitted).toMatchObject({ refused: 'revoked' });
  });
});

describe('[DEC-2] what may be claimed', () => {
  const head = async () => {
    await state.settled();
    return Number((await state.sql<{ seq: string }[]>`select max(seq) as seq from audit.seq`)[0]!.seq);
  };

  test('as fresh as the log number that was demanded, in a process that hears nothing too: never a stale yes', async () => {
    const role = await makeRole(['audience.contact_lists.merge']);
    const { id } = await app.person('Rita Revoked', role.id);
    const subject = { type: 'administrator', id };
    await untilBoth((from) => answer(from, subject), 'granted');
    for (let round = 0; round < 6; round++) {
      const change = round % 2 === 0 ? 'revoke' : 'grant';
      await app.owner.call('roles.edit', {
        id: role.id,
        seen: 1e6,
        [change]: ['audience.contact_lists.merge']
      });
      const revision = await head();
      const known = await reached(deafView, revision);
      expect(known.revision).toBeGreaterThanOrEqual(revision);
      await knows(deafView);
      expect(answer(deafView, subject)).toBe(change === 'revoke' ? 'not-granted' : 'granted');
    }
  });

  test('a number that is not reached is not answered', async () => {
    const begun = performance.now();
    expect(await view.reach((await head()) + 1000)).toBeNull();
    expect(performance.now() - begun).toBeLessThan(within(1500));
  });

  test('changes without a number yet are in, and are not claimed', async () => {
    const role = await makeRole(['audience.contact_lists.merge']);
    const [id] = await plantPeople(state, [{ roleId: role.id }]);
    const before = await head();
    const known = new KnownAuthority(hearing.deps.catalogue);
    // Nobody numbers entries while this is held.
    await state.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${0x73657175})`;
      await state.audited((other) => other`update administrators set status = 'suspended' where id = ${id!}`);
      known.apply(await readAuthority(hearing.deps, known));
      expect(known.principal('administrator', id!)?.status).toBe('suspended');
      expect(known.moment).toMatchObject({ revision: before, hasPending: true });
    });
    await state.settled();
    known.apply(await readAuthority(hearing.deps, known));
    expect(known.moment).toMatchObject({ revision: await head(), hasPending: false });
  });

  test('a look reads what changed, and not everybody', async () => {
    const people = await plantPeople(state, Array<{ roleId: string }>(300).fill({ roleId: 'support' }));
    const known = new KnownAuthority(hearing.deps.catalogue);
    expect((await readAuthority(hearing.deps, known)).people.length).toBeGreaterThan(300);
    known.apply(await readAuthority(hearing.deps, known));
    await state.settled();
    const [row] = await state.sql<{ xid: string }[]>`select pg_current_xact_id()::text as xid`;
    // What began before it and goes on somewhere in the cluster is looked for again, with all that came after it.
    await until(async () => {
      known.apply(await readAuthority(hearing.deps, known));
      return BigInt(known.moment!.xmin) > BigInt(row!.xid);
    }, 'whatever was under way is over');
    await app.owner.call('administrators.suspend', { id: people[7] });
    const changes = await readAuthority(hearing.deps, known);
    expect(changes.people.map(({ id }) => id)).toEqual([people[7]]);
    expect(changes.roles).toEqual([]);
  });

  test('whatever happens in whatever order, what is kept is what a fresh look finds', async () => {
    const known = new KnownAuthority(hearing.deps.catalogue);
    const dump = (of: KnownAuthority) =>
      JSON.stringify([
        ...of.principals('administrator').sort(byId),
        ...of.principals('application').sort(byId),
        ...of
          .roles()
          .sort(byId)
          .map(({ id, name, bits }) => [id, name, [...bits]])
      ]);
    const look = async (of: KnownAuthority) => of.apply(await readAuthority(hearing.deps, of));
    for (let round = 0; round < 12; round++) {
      const role = await makeRole(['audience.contact_lists.view']);
      const [one, two] = await plantPeople(state, [{ roleId: role.id }, { roleId: role.id }]);
      const { id } = await plantApplication(state, { roleId: role.id });
      if (round % 2) await look(known);
      await state.audited(async (tx) => {
        await tx`delete from administrators where id = ${one!}`;
        await tx`update applications set deleted_at = now() where id = ${id} and ${round % 3 === 0}`;
        await tx.savepoint(
          (inner) => inner`update administrators set owner = false, status = 'suspended' where id = ${two!}`
        );
      });
      if (round % 3) await look(known);
      await app.owner.call('roles.edit', { id: role.id, seen: 1e6, revoke: ['audience.contact_lists.view'] });
    }
    await look(known);
    const fresh = new KnownAuthority(hearing.deps.catalogue);
    await look(fresh);
    expect(dump(known)).toBe(dump(fresh));
  });

  test('a transaction that was under way at the last look is found by the next', async () => {
    const [id] = await plantPeople(state, [{ roleId: 'support' }]);
    const known = new KnownAuthority(hearing.deps.catalogue);
    const look = async () => known.apply(await readAuthority(hearing.deps, known));
    await look();
    await state.audited(async (tx) => {
      await tx`update administrators set status = 'suspended' where id = ${id!}`;
      // Others begin and end meanwhile, and are seen.
      await plantPeople(state, [{ roleId: 'support' }]);
      await look();
      expect(known.principal('administrator', id!)?.status).toBe('active');
    });
    await look();
    expect(known.principal('administrator', id!)?.status).toBe('suspended');
  });
});

describe('[DEC-2] what is not known is said', () => {
  test('a process that was paused knows by the clock, before it answers, and then looks', async () => {
    await until(() => view.now() !== null, 'known');
    // Nothing of this process runs, as when it is stopped.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
    expect(view.now()).toBeNull();
    expect(deafView.now()).toBeNull();
    await reached(view, null);
  });

  test('looks that do not come back: after two seconds nobody is told anything, until they do', async () => {
    await state.sql.begin(async (tx) => {
      await tx`lock table audit.seq in access exclusive mode`;
      await until(() => view.now() === null, 'not known');
      expect(await view.reach(null)).toBeNull();
    });
    await reached(view, null);
  });
});

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
