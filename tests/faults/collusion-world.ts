import { effectivePermissions, type Actor, type Grants } from '../../src/lib/core/access/access';
import { indexCatalogue, SUPER_ADMINISTRATOR } from '../../src/lib/core/access/catalogue';
import type { PersonState } from '../../src/lib/core/administrators/people';
import { judgeKey, narrowed } from '../../src/lib/core/applications/keys';
import { inheritAll, type PlatformCaps } from '../../src/lib/core/quotas/caps';
import type { Cell, RoleState } from '../../src/lib/core/roles/roles';
import { smallCatalogue } from '../support/small-catalogue';
import type { Random } from './random';

// The small world of those who plot: what there is, what the services read of it before they let the rules decide,
// and, worked out apart from the rules, what is so.

export const OWNER_ONLY = 'own.only';
export const IDS = [
  'x.a',
  'x.b',
  'x.c',
  'people.roles.assign',
  'people.administrators.change_role',
  OWNER_ONLY
];
export const catalogue = indexCatalogue(smallCatalogue(IDS, { ownerOnly: OWNER_ONLY }));
export const FREE: PlatformCaps = {
  hourly: 'unlimited',
  daily: 'unlimited',
  monthly: 'unlimited',
  threads: 'unlimited'
};
const PLOTTERS = 4;

/** A rule left out on purpose: a model that does not notice is worth nothing. */
export const FAULTS = [
  'a role is assigned that the actor does not hold',
  'a role is given to a new person that the actor does not hold',
  'a permission is granted that the actor does not hold',
  'the replacement of a deleted role is not judged',
  'a password is reset without dominance',
  'an address is changed without dominance',
  'somebody stronger is suspended',
  'one’s own role is changed',
  'a role of stronger people is edited',
  'a restored version is not judged',
  'a copy of Super Administrator keeps all, unjudged',
  'all of today’s actions count as Super Administrator',
  'a secret is judged when it is made, not when it is used',
  'of several who know a secret only its maker is judged',
  'a link is mailed through the server of somebody weaker',
  'what the server carried is nobody’s but its maker’s',
  'a personal key is worth what it was made for, whatever its person holds',
  'a key of somebody suspended works',
  'the owner is exempt through a key, too',
  'what people alone do is done with a key',
  'an application is given a role that the actor does not hold',
  'an application gives itself another role',
  'a key is made for an application that may do more',
  'an application that may do more is suspended',
  'a role that applications alone have counts as nobody’s'
] as const;
export type Fault = (typeof FAULTS)[number];

export type Role = { id: string; grants: Grants; history: ReadonlySet<string>[]; deleted: boolean };
export type Person = {
  id: string;
  roleId: string;
  owner: boolean;
  status: 'active' | 'suspended' | 'deactivated';
  /** One of those who plot, or somebody whose account they have; of an application: they have a key of it. */
  theirs: boolean;
};
/** A key that those who plot have. */
export type Key = {
  holderId: string;
  /** Permissions that a personal key was made for; null: a key of an application. */
  scopes: ReadonlySet<string> | null;
  revokedAt: number | null;
};
/** Somebody who acts: in person, or through a key. */
export type Acting = Person & { key: Key | null };
/** An open activation secret of somebody: who knows it, and whether those who plot have read it. */
export type Secret = { personId: string; makers: Set<string>; read: boolean };
export type World = {
  roles: Map<string, Role>;
  people: Map<string, Person>;
  /** Applications, which hold a role as people do. */
  machines: Map<string, Person>;
  keys: Key[];
  /** Secrets by person: a new one takes the place of the one before. */
  secrets: Map<string, Secret>;
  /** People who set the mail server since a Super Administrator last did. */
  mailEditors: Set<string>;
  /** The last action was done without an account: it is judged by what all of them hold. */
  anonymous: boolean;
  fault: Fault | null;
  made: number;
};

export function begin(random: Random, fault: Fault | null): World {
  const world: World = {
    roles: new Map(),
    people: new Map(),
    machines: new Map(),
    keys: [],
    secrets: new Map(),
    mailEditors: new Set(['super']),
    anonymous: false,
    fault,
    made: 0
  };
  addRole(world, SUPER_ADMINISTRATOR, { all: true });
  for (let n = 0; n < 5; n++) {
    // One role in six lists everything there is today, as a shipped one does.
    const ids = random.chance(0.17) ? IDS.slice(0, -1) : some(random, IDS, 0.45);
    const role = addRole(world, `role${n}`, { all: false, ids: new Set(ids) });
    // An earlier version, of some wider time.
    role.history.unshift(new Set(some(random, IDS, 0.7)));
  }
  const add = (id: string, roleId: string, theirs: boolean, owner = false) =>
    world.people.set(id, { id, roleId, owner, theirs, status: 'active' });
  const roles = [...world.roles.keys()].filter((id) => id !== SUPER_ADMINISTRATOR);
  add('owner', SUPER_ADMINISTRATOR, false, true);
  add('super', SUPER_ADMINISTRATOR, false);
  for (let n = random.whole(1, PLOTTERS); n > 0; n--) add(`plotter${n}`, random.pick(roles), true);
  for (let n = 0; n < 3; n++) add(`bystander${n}`, random.pick(roles), false);
  for (let n = 0; n < 2; n++) addMachine(world, random.pick(roles));
  // Keys that leaked: of somebody who plots nothing, the owner among them.
  for (const id of ['owner', 'super', 'bystander0'])
    if (random.chance(0.15))
      world.keys.push({ holderId: id, scopes: new Set(some(random, IDS, 0.4)), revokedAt: null });
  return world;
}

export function addMachine(world: World, roleId: string): Person {
  const id = `machine${world.made++}`;
  const machine: Person = { id, roleId, owner: false, theirs: false, status: 'active' };
  world.machines.set(id, machine);
  return machine;
}

/** Everybody who has a role: people and applications. */
export const holdersOf = (world: World): Person[] => [...world.people.values(), ...world.machines.values()];
const findHolder = (world: World, id: string) => world.people.get(id) ?? world.machines.get(id);

/** Those who can act for the plot: in person, and through keys, as the rules let them in. */
export function actingIn(world: World): Acting[] {
  const people = [...world.people.values()].filter((person) => person.theirs && person.status === 'active');
  const byKey = world.keys.flatMap((key): Acting[] => {
    const holder = findHolder(world, key.holderId);
    const life = { createdAt: 0, expiresAt: 2, retiresAt: null, revokedAt: key.revokedAt };
    const holding = holder && {
      isGone: false,
      isSuspended: holder.status !== 'active' && world.fault !== 'a key of somebody suspended works',
      isFromAllowed: true
    };
    return holder && judgeKey(life, holding ?? null, 1) === null ? [{ ...holder, key }] : [];
  });
  return [...people.map((person) => ({ ...person, key: null })), ...byKey];
}

// What is so, worked out apart from the rules.

/**
 * Permissions that a role really gives at this moment, through a key those of them that the key was made for; `*`
 * stands for all that is ever added.
 */
export function holds(world: World, person: Person, scopes: ReadonlySet<string> | null = null): Set<string> {
  const role = world.roles.get(person.roleId)!;
  if (role.deleted) return new Set();
  const held = role.grants.all ? [...IDS, '*'] : [...role.grants.ids];
  return new Set(held.filter((id) => (person.owner || id !== OWNER_ONLY) && (scopes?.has(id) ?? true)));
}

/** Permissions that those who plot hold between them: in person, and by their keys. */
export function unionOf(world: World): Set<string> {
  const theirs = [...world.people.values()].filter((person) => person.theirs && person.status === 'active');
  const keys = world.keys.flatMap(({ holderId, scopes, revokedAt }) => {
    const holder = findHolder(world, holderId);
    return holder?.status === 'active' && revokedAt === null ? [...holds(world, holder, scopes)] : [];
  });
  return new Set([...theirs.flatMap((person) => [...holds(world, person)]), ...keys]);
}

type Snapshot = Map<string, { person: Person; held: Set<string> }>;
export const snapshot = (world: World): Snapshot =>
  new Map(
    holdersOf(world).map((person) => [person.id, { person: { ...person }, held: holds(world, person) }])
  );

/** Problem after somebody's action; null: none. `own`: what they held then. */
export function judge(
  world: World,
  actor: { id: string; own: ReadonlySet<string> },
  before: Snapshot,
  allowed: ReadonlySet<string>
): string | null {
  const gained = [...unionOf(world)].filter((id) => !allowed.has(id));
  if (gained.length > 0) return `they hold ${gained.join(', ')}, which none of them held`;
  for (const [id, { person, held }] of before) {
    const now = findHolder(world, id);
    const same =
      now !== undefined &&
      now.roleId === person.roleId &&
      now.status === person.status &&
      now.theirs === person.theirs;
    // The role of somebody deactivated is a role that nobody holds: it may change under them.
    const settled = id === actor.id || person.status === 'deactivated';
    if (same && (settled || equal(held, holds(world, now)))) continue;
    if (id === actor.id && !world.anonymous) return `${id} changed their own account`;
    if (person.owner) return 'the owner was touched';
    const own = world.anonymous ? allowed : actor.own;
    if (![...held].every((each) => own.has(each)))
      return `${id} was touched, who may do more than ${actor.id}`;
  }
  return null;
}

const equal = (a: Set<string>, b: Set<string>) => a.size === b.size && [...a].every((id) => b.has(id));

// The world as the services keep it: what they read before they let the rules decide, and what they write then.

export function addRole(world: World, id: string, grants: Grants): Role {
  const role: Role = { id, grants, history: [idsOf(grants)], deleted: false };
  world.roles.set(id, role);
  return role;
}

export const idsOf = (grants: Grants): ReadonlySet<string> => (grants.all ? new Set(IDS) : grants.ids);

export function effective(world: World, role: Role, owner = false): ReadonlySet<string> {
  if (role.deleted) return new Set();
  const held = new Set(effectivePermissions(catalogue, role.grants, owner));
  if (world.fault === 'all of today’s actions count as Super Administrator') held.delete('*');
  return held;
}

export function actorOf(
  world: World,
  person: Person & { key?: Key | null }
): Actor & { caps: ReturnType<typeof inheritAll> } {
  const { id, roleId, key } = person;
  const held = effective(world, world.roles.get(roleId)!, person.owner);
  const isExempt = !key || world.fault === 'the owner is exempt through a key, too';
  const owner = person.owner && isExempt;
  const permissions = key?.scopes ? worthOf(world, key.scopes, held) : held;
  return { id, name: id, owner, roleId, permissions, caps: inheritAll() };
}

/** Permissions that a personal key is worth. */
function worthOf(world: World, scopes: ReadonlySet<string>, held: ReadonlySet<string>): ReadonlySet<string> {
  if (world.fault === 'a personal key is worth what it was made for, whatever its person holds')
    return scopes;
  return narrowed([...scopes], (id) => held.has(id));
}

export function personState(world: World, person: Person): PersonState {
  const { id, owner, roleId } = person;
  return {
    id,
    owner,
    roleId,
    effective: effective(world, world.roles.get(roleId)!, owner),
    name: id,
    email: `${id}@northwind.example`,
    caps: inheritAll(),
    changed: {}
  };
}

/** Whoever has a role. */
export const membersOf = (world: World, role: Role): Person[] =>
  holdersOf(world).filter(({ roleId, status }) => roleId === role.id && status !== 'deactivated');

export function roleState(world: World, role: Role): RoleState {
  const members = membersOf(world, role).filter(
    ({ id }) =>
      world.fault !== 'a role that applications alone have counts as nobody’s' || world.people.has(id)
  );
  const field = <T>(value: T) => ({ value, version: 1, by: '', at: '' });
  return {
    id: role.id,
    kind: 'administrator',
    locked: role.id === SUPER_ADMINISTRATOR,
    version: role.history.length,
    name: field(role.id),
    description: field(''),
    require2fa: field(false),
    require2faFrom: null,
    hasMembers: members.length > 0,
    heldByOwner: members.some((person) => person.owner),
    effective: effective(world, role)
  };
}

export const cells = (role: Role) =>
  new Map<string, Cell>([...idsOf(role.grants)].map((id) => [id, { on: true, version: 1, by: '', at: '' }]));
export const some = (random: Random, list: readonly string[], share: number) =>
  list.filter(() => random.chance(share));
export const anyRole = (world: World, random: Random) =>
  random.pick([...world.roles.values()].filter((role) => !role.deleted));
export const anyPerson = (world: World, random: Random) => random.pick([...world.people.values()]);
export const assignable = (world: World, role: Role, unjudged: Fault) => ({
  id: role.id,
  effective: world.fault === unjudged ? new Set<string>() : effective(world, role)
});
