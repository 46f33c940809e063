import { expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../../../../src/lib/core/access/catalogue';
import shipped from '../../../../src/lib/core/access/catalogue/permissions.json';
import { STEWARDLESS_DAYS } from '../../../../src/lib/core/applications/keys';
import { evaluate as consoles } from '../../../../src/lib/core/access/decisions/evaluate';
import { bitsOf, placesOf } from '../../../../src/lib/core/access/decisions/permission-bits';
import { SENDING_PERMISSIONS, type SendPause } from '../../../../src/lib/core/access/decisions/sending';
import type { DecidingRole, DecisionView, Principal } from '../../../../src/lib/core/access/decisions/view';
import { emailKey } from '../../../../src/lib/core/text/names';
import { chooseSeed, seeded, type Random } from '../../../../tests/faults/random';
import { trials } from '../../../../tests/support/trials';
import { questionOf, type Subject } from '../decision.ts';
import { AuthorityCopy } from './authority-copy.ts';
import { evaluate } from './evaluate.ts';

const STEWARD_GONE_MS = STEWARDLESS_DAYS * 24 * 3600_000;

const catalogue = indexCatalogue(shipped as unknown as Catalogue);
const places = placesOf(catalogue);
const OWNERS = [...catalogue.ownerOnly];
const SENDING = [...SENDING_PERMISSIONS];
const NOW = Date.parse('2026-11-29T12:00:00Z');
const KINDS = ['administrator', 'application', 'user'] as const;
/** Reasons of decisions; the comparison has to meet each of them often. */
const REASONS = [
  ...['granted', 'not-granted', 'owner-only', 'scope', 'paused', 'suspended', 'closed', 'expired'],
  ...['unknown-subject', 'unknown-action']
];

/** Data that the console decides by, and what it tells a copy of it. */
class World implements DecisionView {
  readonly catalogue = catalogue;
  readonly places = places;
  readonly roles = new Map<string, DecidingRole>();
  readonly principals = new Map<string, Principal>();
  pause: SendPause | null = null;
  readonly #random: Random;
  #revision = 0;
  #made = 0;

  constructor(random: Random) {
    this.#random = random;
    for (let n = 0; n < 6; n++) this.#setRole(`role-${n}`);
    for (let n = 0; n < 12; n++) this.#setPrincipal(KINDS[n % 3]!, `id-${n}`);
  }

  principal(kind: string, id: string) {
    return this.principals.get(`${kind}:${id}`);
  }

  byEmail(kind: string, email: string) {
    return [...this.principals.values()].find(
      (each) => each.kind === kind && each.email === email && each.status !== 'closed'
    );
  }

  role(id: string) {
    return this.roles.get(id);
  }

  snapshot() {
    const permissions = catalogue.ids;
    return {
      revision: this.#revision,
      catalogue: { hash: 'hash', permissions, ownerOnly: OWNERS, sending: SENDING },
      pause: this.pause,
      roles: [...this.roles.values()].map(told),
      principals: [...this.principals.values()]
    };
  }

  /** Something happens. @returns what the stream says of it: what changed alone */
  step() {
    const random = this.#random;
    const roles = new Set<string>();
    const principals = new Map<string, { kind: string; id: string }>();
    for (let n = random.whole(1, 4); n > 0; n--) {
      const what = random.whole(0, 5);
      const { kind, id } =
        what === 3
          ? { kind: random.pick(KINDS), id: `new-${this.#made++}` }
          : random.pick([...this.principals.values()]);
      const role = `role-${random.whole(0, 7)}`;
      if (what <= 1) roles.add(role);
      else principals.set(`${kind}:${id}`, { kind, id });
      if (what === 0) this.roles.delete(role);
      else if (what === 1) this.#setRole(role);
      else if (what === 2 && this.principals.size > 6) this.principals.delete(`${kind}:${id}`);
      else this.#setPrincipal(kind, id);
    }
    if (random.chance(0.2)) this.pause = this.#somePause(0.3);
    this.#revision += 1;
    const refs = [...principals.values()];
    return {
      revision: this.#revision,
      catalogue: 'hash',
      pause: this.pause,
      roles: [...roles].flatMap((id) => this.role(id) ?? []).map(told),
      principals: refs.flatMap(({ kind, id }) => this.principal(kind, id) ?? []),
      gone: {
        roles: [...roles].filter((id) => !this.roles.has(id)),
        principals: refs.filter(({ kind, id }) => !this.principal(kind, id))
      }
    };
  }

  #somePause(share: number): SendPause | null {
    const random = this.#random;
    return random.chance(share) ? { until: random.chance(0.5) ? null : NOW + random.whole(-1, 2) } : null;
  }

  #setRole(id: string): void {
    const share = this.#random.next();
    const ids = new Set([...catalogue.ids, 'gone.from.catalogue'].filter(() => this.#random.chance(share)));
    const bits = bitsOf(places, this.#random.chance(0.15) ? { all: true } : { all: false, ids });
    this.roles.set(id, { id, name: id, bits });
  }

  #setPrincipal(kind: Principal['kind'], id: string): void {
    const random = this.#random;
    const sometimes = (value: number) => (random.chance(0.15) ? value : null);
    // Few addresses: they pass from one to another.
    const email = kind === 'application' ? null : `person-${random.whole(0, 9)}@northwind.example`;
    const isTaken = email !== null && this.byEmail(kind, email);
    const pause = this.#somePause(0.2);
    this.principals.set(`${kind}:${id}`, {
      ...(pause ? { pause } : {}),
      kind,
      id,
      name: id,
      email: isTaken && isTaken.id !== id ? `${id}@northwind.example` : email,
      roleId: `role-${random.whole(0, 7)}`,
      owner: kind === 'administrator' && random.chance(0.2),
      status: random.pick(['active', 'active', 'active', 'active', 'suspended', 'closed'] as const),
      suspendedUntil: kind === 'user' ? sometimes(NOW + random.whole(-1, 2)) : null,
      activated: random.chance(0.9),
      stewardGoneAt: sometimes(NOW - STEWARD_GONE_MS + random.whole(-1, 2)),
      endsAt: sometimes(NOW + random.whole(-1, 2)),
      scope: kind === 'user' ? 'own' : 'platform'
    });
  }
}

function told({ id, name, bits }: DecidingRole) {
  const bytes = Buffer.alloc(bits.length * 4);
  bits.forEach((word, at) => bytes.writeUInt32LE(word, at * 4));
  return { id, name, bits: bytes.toString('base64') };
}

function someQuestion(random: Random, all: Principal[]) {
  const about = random.pick(all);
  const permission = random.chance(0.1)
    ? random.pick(['gone.from.catalogue', 'nodots', '', 'audience.contact_lists.constructor'])
    : random.pick(random.chance(0.1) ? OWNERS : random.chance(0.5) ? SENDING : catalogue.ids);
  const byAddress = random.chance(0.3) && about.email;
  const id = byAddress ? random.pick([byAddress, ` ${byAddress.toUpperCase()} `]) : about.id;
  const type = random.chance(0.05) ? random.pick([...KINDS, 'identity']) : about.kind;
  const owner = random.pick([about.id, 'somebody', undefined]);
  return {
    subject: { type, id: random.chance(0.05) ? 'nobody@northwind.example' : id } as Exclude<Subject, string>,
    permission,
    resource: { id: random.pick(['any', '*', '']), owner }
  };
}

test('[DEC-5] in process the answers are the console’s, with the same reason, whatever happened since the snapshot', () => {
  const seed = chooseSeed(process.env['CLIENT_SEED']);
  const random = seeded(seed);
  const met = new Map<string, number>();
  for (let n = trials(20, 1000); n > 0; n--) {
    const world = new World(random);
    // Of what roles have there may be room for none, some, or all by id.
    const copy = new AuthorityCopy(JSON.parse(JSON.stringify(world.snapshot())), random.pick([0, 400, 1e6]));
    for (let step = 0; step < 10; step++) {
      for (let asked = 0; asked < 30; asked++) {
        const { subject, permission, resource } = someQuestion(random, [...world.principals.values()]);
        const question = questionOf(subject, permission, resource)!;
        const at = permission.lastIndexOf('.');
        const type = permission.slice(0, Math.max(0, at));
        const expected = consoles(
          world,
          question.subject,
          permission.slice(at + 1),
          { ...question.resource, type },
          NOW
        );
        const reason = evaluate(copy, question, () => NOW);
        const [{ code }] = expected.reasons;
        if (reason !== code || (reason === 'granted') !== expected.decision)
          throw new Error(
            `seed ${seed}: ${JSON.stringify({ subject, permission, resource })} is ${code}, was ${reason}`
          );
        met.set(reason, (met.get(reason) ?? 0) + 1);
      }
      expect(copy.change(JSON.parse(JSON.stringify(world.step())))).toBe(true);
    }
  }
  expect(REASONS.filter((reason) => (met.get(reason) ?? 0) < 20)).toEqual([]);
});

test('[DEC-5] what a later Rolecall calls a status or a scope is a no here', () => {
  const random = seeded(1);
  const world = new World(random);
  const own = { kind: 'administrator', id: 'ada', email: 'ada@x.example', roleId: 'all', owner: false };
  const base = { ...own, name: 'Ada', status: 'active', activated: true, stewardGoneAt: null, endsAt: null };
  const ask = (given: object) => {
    const roles = [told({ id: 'all', name: 'All', bits: bitsOf(places, { all: true }) })];
    const copy = new AuthorityCopy({ ...world.snapshot(), roles, principals: [{ ...base, ...given }] });
    return evaluate(copy, questionOf('ada', 'audience.contact_lists.merge')!, () => NOW);
  };
  expect(ask({ scope: 'platform' })).toBe('granted');
  expect(ask({ scope: 'platform', status: 'paused' })).toBe('suspended');
  expect(ask({ scope: 'team' })).toBe('scope');
  expect(ask({ scope: 'platform', activated: undefined })).toBe('suspended');
  expect(ask({ scope: 'platform', endsAt: undefined })).toBe('expired');
  expect(ask({})).toBe('scope');
  const user = { kind: 'administrator', scope: 'platform', status: 'suspended' };
  expect(ask({ ...user, suspendedUntil: NOW })).toBe('granted');
  expect(ask({ ...user, suspendedUntil: NOW + 1 })).toBe('suspended');
  expect(ask({ ...user, suspendedUntil: 'tomorrow' })).toBe('suspended');
});

test('[DEC-5] another catalogue, or an earlier revision, is not gone on from, and nothing of it is taken', () => {
  const world = new World(seeded(2));
  world.step();
  const copy = new AuthorityCopy(world.snapshot());
  const change = {
    revision: 1,
    catalogue: 'hash',
    roles: [],
    principals: [],
    gone: { roles: [], principals: [] }
  };
  expect(copy.change({ ...change, catalogue: 'another', revision: 5 })).toBe(false);
  expect(copy.change({ ...change, revision: 0 })).toBe(false);
  expect(copy.stillStands(0)).toBe(false);
  expect(copy.revision).toBe(1);
  expect(copy.stillStands(7)).toBe(true);
  expect(copy.revision).toBe(7);
  for (const broken of [null, {}, { ...change, gone: {} }, { ...change, revision: 'x' }])
    expect(() => new AuthorityCopy(broken)).toThrow();
});

test('[DEC-2] whoever was asked about last is looked up anew when anything changed, half of a change included', () => {
  const all = bitsOf(places, { all: true });
  const none = bitsOf(places, { all: false, ids: new Set<string>() });
  const role = (bits: Uint32Array) => [told({ id: 'r', name: 'R', bits })];
  const ada = {
    kind: 'administrator',
    id: 'ada',
    email: 'ada@x.example',
    roleId: 'r',
    owner: false,
    name: 'Ada'
  };
  const active = { status: 'active', activated: true, stewardGoneAt: null, endsAt: null, scope: 'platform' };
  const gone = { roles: [] as string[], principals: [] as object[] };
  const change = {
    revision: 1,
    catalogue: 'hash',
    pause: null,
    roles: [] as object[],
    principals: [] as object[],
    gone
  };
  const world = new World(seeded(4));
  const copy = new AuthorityCopy({
    ...world.snapshot(),
    roles: role(all),
    principals: [{ ...ada, ...active }]
  });
  const ask = () =>
    ['ada', 'ada@x.example'].map((id) =>
      evaluate(copy, questionOf(id, 'audience.contact_lists.merge')!, () => NOW)
    );
  const says = (reason: string) => {
    // Each of them is the last that was asked about, once.
    expect(ask()).toEqual([reason, reason]);
    expect(ask().reverse()).toEqual([reason, reason]);
  };
  says('granted');
  copy.change({ ...change, roles: role(none) });
  says('not-granted');
  copy.change({ ...change, roles: role(all) });
  says('granted');
  copy.change({ ...change, gone: { ...gone, roles: ['r'] } });
  says('not-granted');
  copy.change({ ...change, roles: role(all), principals: [{ ...ada, ...active, status: 'suspended' }] });
  says('suspended');
  copy.change({ ...change, principals: [{ ...ada, ...active }] });
  says('granted');
  const principals = [{ kind: 'administrator', id: 'ada' }, null] as object[];
  expect(() => copy.change({ ...change, gone: { ...gone, principals } })).toThrow();
  says('unknown-subject');
});

test('an address is compared as the console compares it', () => {
  const world = new World(seeded(3));
  const who = { ...[...world.principals.values()].find(({ kind }) => kind === 'administrator')! };
  const typed = ' Ｏlga@Northwind.EXAMPLE ';
  const principals = [{ ...who, status: 'active', email: emailKey(typed) }];
  const copy = new AuthorityCopy({ ...world.snapshot(), principals });
  expect(copy.holder('administrator', typed)?.principal.id).toBe(who.id);
});
