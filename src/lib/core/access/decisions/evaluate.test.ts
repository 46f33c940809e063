import { describe, expect, test } from 'vitest';
import { chooseSeed, seeded, type Random } from '../../../../../tests/faults/random';
import { trials } from '../../../../../tests/support/trials';
import { effectivePermissions, type Grants } from '../access';
import { indexCatalogue, type Catalogue, type CatalogueIndex } from '../catalogue';
import shipped from '../catalogue/permissions.json';
import { STEWARDLESS_DAYS } from '../../applications/keys';
import { evaluate, type DecisionResource, type DecisionSubject } from './evaluate';
import { bitsOf, placesOf } from './permission-bits';
import { SENDING_PERMISSIONS } from './sending';
import type { DecidingRole, DecisionView, Principal } from './view';

const STEWARD_GONE_MS = STEWARDLESS_DAYS * 24 * 3600_000;

const catalogue = indexCatalogue(shipped as unknown as Catalogue);
const NOW = Date.parse('2026-11-29T12:00:00Z');
const MERGE = 'audience.contact_lists.merge';
const OWNERS = [...catalogue.ownerOnly][0]!;
const SENDS = 'campaigns.broadcasts.schedule';
const LISTS: DecisionResource = { type: 'audience.contact_lists', id: 'any' };

type RoleOf = { id: string; grants: Grants };

function viewOf(index: CatalogueIndex, roles: RoleOf[], principals: Principal[]): DecisionView {
  const places = placesOf(index);
  const made = new Map<string, DecidingRole>(
    roles.map(({ id, grants }) => [id, { id, name: id, bits: bitsOf(places, grants) }])
  );
  return {
    catalogue: index,
    places,
    principal: (kind, id) => principals.find((each) => each.kind === kind && each.id === id),
    byEmail: (kind, email) =>
      principals.find((each) => each.kind === kind && each.email === email && each.status !== 'closed'),
    role: (id) => made.get(id)
  };
}

function principal(given: Partial<Principal>): Principal {
  return {
    kind: 'administrator',
    id: 'olga',
    name: 'Olga',
    email: 'olga@northwind.example',
    roleId: 'merger',
    owner: false,
    status: 'active',
    suspendedUntil: null,
    activated: true,
    stewardGoneAt: null,
    endsAt: null,
    scope: 'platform',
    ...given
  };
}

const ROLES: RoleOf[] = [
  { id: 'merger', grants: { all: false, ids: new Set([MERGE, SENDS, OWNERS, 'gone.from.catalogue']) } },
  { id: 'nothing', grants: { all: false, ids: new Set() } },
  { id: 'super_administrator', grants: { all: true } }
];

function ask(
  given: Partial<Principal>,
  permission = MERGE,
  resource: Partial<DecisionResource> = {},
  subject: Partial<DecisionSubject> = {}
) {
  const who = principal(given);
  const at = permission.lastIndexOf('.');
  const asked = { ...LISTS, type: permission.slice(0, at), ...resource };
  const { decision, reasons } = evaluate(
    viewOf(catalogue, ROLES, [who]),
    { type: who.kind, id: who.id, ...subject },
    permission.slice(at + 1),
    asked,
    NOW
  );
  return [decision, ...reasons.map(({ code }) => code)];
}

describe('[DEC-2] what is in force decides', () => {
  const gone = NOW - STEWARD_GONE_MS;
  test.each<[string, unknown[], unknown[]]>([
    ['a granted action', ask({}), [true, 'granted']],
    ['by address, in any case', ask({}, MERGE, {}, { id: 'Olga@Northwind.example' }), [true, 'granted']],
    ['an action that the role lacks', ask({}, 'audience.contact_lists.view'), [false, 'not-granted']],
    ['a role that is gone', ask({ roleId: 'deleted' }), [false, 'not-granted']],
    ['Super Administrator', ask({ roleId: 'super_administrator' }), [true, 'granted']],
    ['nobody', ask({}, MERGE, {}, { id: 'nobody' }), [false, 'unknown-subject']],
    ['another kind with this id', ask({}, MERGE, {}, { type: 'application' }), [false, 'unknown-subject']],
    ['a kind that there is not', ask({}, MERGE, {}, { type: 'identity' }), [false, 'unknown-subject']],
    ['an action that there is not', ask({}, 'audience.contact_lists.fly'), [false, 'unknown-action']],
    ['what the catalogue lost', ask({}, 'gone.from.catalogue'), [false, 'unknown-action']],
    ['a prototype’s name', ask({}, 'audience.contact_lists.constructor'), [false, 'unknown-action']],
    ['suspended', ask({ status: 'suspended' }), [false, 'suspended']],
    ['deactivated', ask({ status: 'closed' }), [false, 'closed']],
    [
      'deactivated, by address',
      ask({ status: 'closed' }, MERGE, {}, { id: 'olga@northwind.example' }),
      [false, 'unknown-subject']
    ],
    ['never signed in', ask({ activated: false }), [false, 'suspended']],
    ['at its end', ask({ endsAt: NOW }), [false, 'expired']],
    ['a moment before its end', ask({ endsAt: NOW + 1 }), [true, 'granted']],
    ['owner-only, of somebody else', ask({}, OWNERS), [false, 'owner-only']],
    [
      'owner-only, of a Super Administrator',
      ask({ roleId: 'super_administrator' }, OWNERS),
      [false, 'owner-only']
    ],
    ['owner-only, of the owner', ask({ owner: true }, OWNERS), [true, 'granted']],
    ['an application', ask({ kind: 'application', email: null }), [true, 'granted']],
    [
      'its steward gone for less than thirty days',
      ask({ kind: 'application', stewardGoneAt: gone + 1 }),
      [true, 'granted']
    ],
    ['for thirty', ask({ kind: 'application', stewardGoneAt: gone }), [false, 'suspended']],
    ['a user’s own record', ask({ kind: 'user', scope: 'own' }, MERGE, { owner: 'olga' }), [true, 'granted']],
    ['another user’s', ask({ kind: 'user', scope: 'own' }, MERGE, { owner: 'omar' }), [false, 'scope']],
    ['nobody’s in particular', ask({ kind: 'user', scope: 'own' }), [false, 'scope']],
    ['a type of records', ask({ kind: 'user', scope: 'own' }, MERGE, { id: '*' }), [true, 'granted']],
    [
      'all records of another user',
      ask({ kind: 'user', scope: 'own' }, MERGE, { id: '*', owner: 'omar' }),
      [false, 'scope']
    ],
    [
      'a suspended user whose suspension goes on',
      ask({ kind: 'user', scope: 'own', status: 'suspended', suspendedUntil: NOW + 1 }, MERGE, {
        owner: 'olga'
      }),
      [false, 'suspended']
    ],
    [
      'and one whose suspension is over, whether or not that was written',
      ask({ kind: 'user', scope: 'own', status: 'suspended', suspendedUntil: NOW }, MERGE, { owner: 'olga' }),
      [true, 'granted']
    ]
  ])('%s', (_, given, expected) => expect(given).toEqual(expected));

  test.each<[string, unknown[], unknown[]]>([
    ['what sends', ask({ pause: { until: null } }, SENDS), [false, 'paused']],
    ['what does not', ask({ pause: { until: null } }), [true, 'granted']],
    ['until a moment', ask({ pause: { until: NOW + 1 } }, SENDS), [false, 'paused']],
    ['and from then on', ask({ pause: { until: NOW } }, SENDS), [true, 'granted']],
    [
      'what the role lacks besides',
      ask({ roleId: 'nothing', pause: { until: null } }, SENDS),
      [false, 'not-granted', 'paused']
    ]
  ])('[QUO-8] while sending is paused: %s', (_, given, expected) => expect(given).toEqual(expected));

  test('[QUO-8] a pause of everybody is of each of them, and names itself beside their own', () => {
    const who = principal({ pause: { until: null } });
    const view = { ...viewOf(catalogue, ROLES, [who]), pause: { until: NOW + 1 } };
    const asked = { type: 'campaigns.broadcasts', id: 'any' };
    const { reasons } = evaluate(view, { type: who.kind, id: who.id }, 'schedule', asked, NOW);
    expect(reasons.map((reason) => [reason.code, 'of' in reason && reason.of])).toEqual([
      ['paused', 'principal'],
      ['paused', 'platform']
    ]);
  });

  test('[QUO-8] what a pause stops is in the catalogue', () => {
    expect([...SENDING_PERMISSIONS].filter((id) => !catalogue.actions.has(id))).toEqual([]);
  });

  test('[DEC-3] all that stands in the way is named, the deciding one first', () => {
    expect(ask({ status: 'suspended', activated: false, roleId: 'nothing' }, OWNERS)).toEqual([
      false,
      ...['suspended', 'suspended', 'owner-only', 'not-granted']
    ]);
  });
});

/** The rules written down another way: sets of permissions as the console makes them, and one sentence per rule. */
function oracle(index: CatalogueIndex, roles: RoleOf[], all: Principal[], asked: Asked): boolean {
  const { subject, action, resource } = asked;
  const who = all.filter(
    (each) =>
      each.kind === subject.type &&
      (each.id === subject.id || (each.email === subject.id && each.status !== 'closed'))
  );
  return who.some((one) => {
    const grants = roles.find(({ id }) => id === one.roleId)?.grants;
    if (!grants) return false;
    const may = effectivePermissions(index, grants, one.owner).has(`${resource.type}.${action}`);
    const suspended = one.status === 'suspended' && (one.suspendedUntil ?? Infinity) > NOW;
    const acts = one.status !== 'closed' && !suspended && one.activated && (one.endsAt ?? Infinity) > NOW;
    const answered = one.stewardGoneAt === null || one.stewardGoneAt + STEWARD_GONE_MS > NOW;
    const reaches =
      one.scope === 'platform' ||
      (resource.owner === undefined ? resource.id === '*' : one.id === resource.owner);
    return may && acts && answered && reaches;
  });
}

type Asked = { subject: DecisionSubject; action: string; resource: DecisionResource };

test('[DEC-1] it answers as the console’s own permissions do, whoever is asked about', () => {
  const seed = chooseSeed(process.env['DECISIONS_SEED']);
  const random = seeded(seed);
  const questions = trials(20_000, 1_000_000);
  const counts = { yes: 0, no: 0 };
  for (let asked = 0; asked < questions; asked += 200) {
    const roles = Array.from({ length: 6 }, (_, n) => ({ id: `role-${n}`, grants: someGrants(random) }));
    const people = Array.from({ length: 12 }, (_, n) => someone(random, n));
    const view = viewOf(catalogue, roles, people);
    for (let n = 0; n < 200; n++) {
      const question = someQuestion(random, people);
      const { decision } = evaluate(view, question.subject, question.action, question.resource, NOW);
      if (decision !== oracle(catalogue, roles, people, question))
        throw new Error(`seed ${seed}: ${JSON.stringify(question)} was answered ${decision}`);
      counts[decision ? 'yes' : 'no'] += 1;
    }
  }
  expect(counts.yes).toBeGreaterThan(questions / 50);
  expect(counts.no).toBeGreaterThan(questions / 50);
});

function someGrants(random: Random): Grants {
  if (random.chance(0.15)) return { all: true };
  const share = random.next();
  return {
    all: false,
    ids: new Set([...catalogue.ids, 'gone.from.catalogue'].filter(() => random.chance(share)))
  };
}

function someone(random: Random, n: number): Principal {
  const kind = random.pick(['administrator', 'administrator', 'application', 'user'] as const);
  const sometimes = <T>(value: T) => (random.chance(0.15) ? value : null);
  return principal({
    kind,
    id: `id-${n}`,
    email: kind === 'application' ? null : `person-${n}@northwind.example`,
    roleId: `role-${random.whole(0, 6)}`,
    owner: kind === 'administrator' && random.chance(0.1),
    status: random.pick(['active', 'active', 'active', 'active', 'suspended', 'closed'] as const),
    suspendedUntil: kind === 'user' ? sometimes(NOW + random.whole(-1, 1)) : null,
    activated: random.chance(0.9),
    stewardGoneAt: sometimes(NOW - STEWARD_GONE_MS + random.whole(-1, 1)),
    endsAt: sometimes(NOW + random.whole(-1, 1)),
    scope: kind === 'user' ? 'own' : 'platform'
  });
}

function someQuestion(random: Random, people: readonly Principal[]): Asked {
  const about = random.pick(people);
  const permission = random.chance(0.05)
    ? 'gone.from.catalogue'
    : random.chance(0.05)
      ? OWNERS
      : random.pick(catalogue.ids);
  const at = permission.lastIndexOf('.');
  const owner = random.pick([about.id, 'somebody', undefined]);
  const type = random.chance(0.05) ? 'application' : about.kind;
  return {
    subject: { type, id: random.chance(0.3) ? (about.email ?? 'x@y') : about.id },
    action: permission.slice(at + 1),
    resource: { type: permission.slice(0, at), id: random.pick(['any', '*', '']), owner }
  };
}
