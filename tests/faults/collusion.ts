import { secretVoid, type SecretMaker } from '../../src/lib/core/administrators/activation';
import { effectivePermissions, type Actor, type Grants } from '../../src/lib/core/access/access';
import { inheritAll, type PlatformCaps } from '../../src/lib/core/quotas/caps';
import { indexCatalogue, SUPER_ADMINISTRATOR } from '../../src/lib/core/access/catalogue';
import {
  barredFromPerson,
  decidePersonCreate,
  decidePersonEdit,
  decideRequireTwoFactor,
  type PersonState
} from '../../src/lib/core/administrators/people';
import {
  decideRoleCreate,
  decideRoleDelete,
  decideRoleEdit,
  type Cell,
  type RoleState
} from '../../src/lib/core/roles/roles';
import { seeded, type Random } from './random';

// Administrators who plot together, in a small world whose every decision is made by the real rules: whatever they try, in
// whatever order, those whom they control never hold more than they held between them to begin with (ACC-1 … ACC-4).

const OWNER_ONLY = 'own.only';
const IDS = ['x.a', 'x.b', 'x.c', 'people.roles.assign', 'people.administrators.change_role', OWNER_ONLY];
const catalogue = indexCatalogue({
  version: 1,
  areas: [
    {
      id: 'all',
      label: 'All',
      groups: [
        {
          id: 'all.g',
          label: 'G',
          actions: IDS.map((id) => ({ id, label: id, kind: 'write' as const, ownerOnly: id === OWNER_ONLY }))
        }
      ]
    }
  ],
  roles: []
});
const FREE: PlatformCaps = {
  hourly: 'unlimited',
  daily: 'unlimited',
  monthly: 'unlimited',
  threads: 'unlimited'
};
const PLOTTERS = 4;
const STEPS = 14;

/** A rule left out on purpose: a model that does not notice is worth nothing. */
export const FAULTS = [
  'a role is assigned that the actor does not hold',
  'a role is given to a new person that the actor does not hold',
  'a permission is granted that the actor does not hold',
  'the heir of a deleted role is not judged',
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
  'what the server carried is nobody’s but its maker’s'
] as const;
export type Fault = (typeof FAULTS)[number];

type Role = { id: string; grants: Grants; history: ReadonlySet<string>[]; deleted: boolean };
type Person = {
  id: string;
  roleId: string;
  owner: boolean;
  status: 'active' | 'suspended' | 'deactivated';
  /** One of those who plot, or somebody whose account they have. */
  theirs: boolean;
};
/** An open activation secret of somebody: who knows it, and whether those who plot have read it. */
type Secret = { personId: string; makers: Set<string>; read: boolean };
type World = {
  roles: Map<string, Role>;
  people: Map<string, Person>;
  /** By person: a new one takes the place of the one before. */
  secrets: Map<string, Secret>;
  /** Who set the mail server since a Super Administrator last did. */
  mailEditors: Set<string>;
  /** The last deed was done without an account: it is judged by what all of them hold. */
  anonymous: boolean;
  fault: Fault | null;
  made: number;
};

/** What went wrong in the run of a seed, and after which deeds; null when nothing did. */
export type Plot = { seed: number; problem: string; deeds: string[] };

/** Plays one run. */
export function plot(seed: number, fault: Fault | null = null): Plot | null {
  const random = seeded(seed);
  const world = begin(random, fault);
  const deeds: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    // Others go about their work: they raise accounts, and send links.
    if (random.chance(0.35)) deeds.push(random.pick(OF_OTHERS)(world, random));
    const able = [...world.people.values()].filter((person) => person.theirs && person.status === 'active');
    if (able.length === 0) break;
    const actor = random.pick(able);
    const allowed = unionOf(world);
    const before = snapshot(world);
    world.anonymous = false;
    deeds.push(`${actor.id}: ${random.pick(DEEDS)(world, actor, random)}`);
    const problem = judge(world, actor.id, before, allowed);
    if (problem) return { seed, problem, deeds };
  }
  return null;
}

/** Plays many runs from one seed on; the first problem, or null. */
export function plots(seed: number, runs: number, fault: Fault | null = null): Plot | null {
  for (let run = 0; run < runs; run++) {
    const found = plot((seed + run) >>> 0, fault);
    if (found) return found;
  }
  return null;
}

function begin(random: Random, fault: Fault | null): World {
  const world: World = {
    roles: new Map(),
    people: new Map(),
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
  return world;
}

// What is so, worked out apart from the rules.

/** What a role really gives at this moment; `*` stands for all that is ever added. */
function holds(world: World, person: Person): Set<string> {
  const role = world.roles.get(person.roleId)!;
  if (role.deleted) return new Set();
  const held = role.grants.all ? [...IDS, '*'] : [...role.grants.ids];
  return new Set(held.filter((id) => person.owner || id !== OWNER_ONLY));
}

function unionOf(world: World): Set<string> {
  const theirs = [...world.people.values()].filter((person) => person.theirs && person.status === 'active');
  return new Set(theirs.flatMap((person) => [...holds(world, person)]));
}

type Snapshot = Map<string, { person: Person; held: Set<string> }>;
const snapshot = (world: World): Snapshot =>
  new Map(
    [...world.people.values()].map((person) => [
      person.id,
      { person: { ...person }, held: holds(world, person) }
    ])
  );

function judge(world: World, actorId: string, before: Snapshot, allowed: ReadonlySet<string>): string | null {
  const gained = [...unionOf(world)].filter((id) => !allowed.has(id));
  if (gained.length > 0) return `they hold ${gained.join(', ')}, which none of them held`;
  const actor = before.get(actorId)!;
  for (const [id, { person, held }] of before) {
    const now = world.people.get(id);
    const same =
      now !== undefined &&
      now.roleId === person.roleId &&
      now.status === person.status &&
      now.theirs === person.theirs;
    // The role of somebody deactivated is a role that nobody holds: it may change under them.
    const settled = id === actorId || person.status === 'deactivated';
    if (same && (settled || equal(held, holds(world, now)))) continue;
    if (id === actorId) return `${id} changed their own account`;
    if (person.owner) return 'the owner was touched';
    const own = world.anonymous ? allowed : actor.held;
    if (![...held].every((each) => own.has(each)))
      return `${id} was touched, who may do more than ${actorId}`;
  }
  return null;
}

const equal = (a: Set<string>, b: Set<string>) => a.size === b.size && [...a].every((id) => b.has(id));

// The world as the services keep it: what they read before they let the rules decide, and what they write then.

function addRole(world: World, id: string, grants: Grants): Role {
  const role: Role = { id, grants, history: [idsOf(grants)], deleted: false };
  world.roles.set(id, role);
  return role;
}

const idsOf = (grants: Grants): ReadonlySet<string> => (grants.all ? new Set(IDS) : grants.ids);

function effective(world: World, role: Role, owner = false): ReadonlySet<string> {
  if (role.deleted) return new Set();
  const held = new Set(effectivePermissions(catalogue, role.grants, owner));
  if (world.fault === 'all of today’s actions count as Super Administrator') held.delete('*');
  return held;
}

function actorOf(world: World, person: Person): Actor & { caps: ReturnType<typeof inheritAll> } {
  const { id, owner, roleId } = person;
  const permissions = effective(world, world.roles.get(roleId)!, owner);
  return { id, name: id, owner, roleId, permissions, caps: inheritAll() };
}

function personState(world: World, person: Person): PersonState {
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

function roleState(world: World, role: Role): RoleState {
  const members = [...world.people.values()].filter(
    (person) => person.roleId === role.id && person.status !== 'deactivated'
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

const cells = (role: Role) =>
  new Map<string, Cell>([...idsOf(role.grants)].map((id) => [id, { on: true, version: 1, by: '', at: '' }]));
const some = (random: Random, list: readonly string[], share: number) =>
  list.filter(() => random.chance(share));
const anyRole = (world: World, random: Random) =>
  random.pick([...world.roles.values()].filter((role) => !role.deleted));
const anyPerson = (world: World, random: Random) => random.pick([...world.people.values()]);
const assignable = (world: World, role: Role, unjudged: Fault) => ({
  id: role.id,
  effective: world.fault === unjudged ? new Set<string>() : effective(world, role)
});

function write(role: Role, ids: Iterable<string>): void {
  role.grants = { all: false, ids: new Set(ids) };
  role.history.push(role.grants.ids);
}

function editRole(
  world: World,
  by: Person,
  role: Role,
  grant: string[],
  revoke: string[],
  free = false
): string {
  const actor = actorOf(world, by);
  const state = roleState(world, role);
  const unjudged = world.fault === 'a permission is granted that the actor does not hold';
  const decision = decideRoleEdit(
    catalogue,
    free || unjudged ? { ...actor, permissions: new Set([...actor.permissions, ...grant]) } : actor,
    world.fault === 'a role of stronger people is edited' ? { ...state, hasMembers: false } : state,
    cells(role),
    { seen: Number.MAX_SAFE_INTEGER, grant, revoke }
  );
  if ('refused' in decision) return decision.refused.code;
  const { granted, revoked } = decision;
  if (granted.length + revoked.length > 0)
    write(role, [...[...idsOf(role.grants)].filter((id) => !revoked.includes(id)), ...granted]);
  return `+${granted.join()} -${revoked.join()}`;
}

function createRole(world: World, by: Person, source: Role | null, asked: string[]): string {
  const actor = actorOf(world, by);
  const copied = source
    ? [...idsOf(source.grants)].filter((id) => !source.grants.all || id !== OWNER_ONLY)
    : [];
  const permissions = new Set([...asked, ...copied]);
  const id = `made${world.made++}`;
  if (source?.grants.all && world.fault === 'a copy of Super Administrator keeps all, unjudged') {
    addRole(world, id, { all: true });
    // Whoever makes a role may give it away next, unless that is judged.
    world.people.set(id, { id, roleId: id, owner: false, status: 'active', theirs: true });
    return `${id} with everything`;
  }
  const refused = decideRoleCreate(catalogue, actor, 'administrator', permissions);
  if (refused) return refused.code;
  addRole(world, id, { all: false, ids: permissions });
  return id;
}

function assign(world: World, by: Person, person: Person, role: Role): string {
  const actor = actorOf(world, by);
  const state = personState(world, person);
  const unwatched = world.fault === 'one’s own role is changed' && by.id === person.id;
  const { fields, parts } = decidePersonEdit(actor, unwatched ? { ...state, id: 'somebody' } : state, FREE, {
    seen: Number.MAX_SAFE_INTEGER,
    role: assignable(world, role, 'a role is assigned that the actor does not hold')
  });
  if (person.status !== 'deactivated' && fields.roleId !== undefined) person.roleId = fields.roleId;
  return parts[0]?.code ?? 'done';
}

function createPerson(world: World, by: Person, role: Role): string {
  const refused = decidePersonCreate(actorOf(world, by), FREE, {
    role: assignable(world, role, 'a role is given to a new person that the actor does not hold'),
    caps: inheritAll()
  });
  if (refused) return refused.code;
  const id = `puppet${world.made++}`;
  world.people.set(id, { id, roleId: role.id, owner: false, status: 'active', theirs: true });
  return id;
}

/** An action on one person that takes dominance. */
function act(world: World, by: Person, person: Person, unjudged: Fault | null, done: () => void): string {
  const barred = barredFromPerson(actorOf(world, by), personState(world, person));
  if (barred && (unjudged === null || world.fault !== unjudged || barred.code !== 'access/not-dominated'))
    return barred.code;
  done();
  return 'done';
}

/** Somebody as the maker of a secret, at this moment. */
function makerOf(world: World, id: string): SecretMaker | null {
  const person = world.people.get(id);
  if (!person) return null;
  const { owner, permissions } = actorOf(world, person);
  return { name: id, owner, permissions, standing: person.status === 'active' };
}

/** A new secret for somebody: by whom, and who reads it. */
function giveSecret(world: World, person: Person, maker: Person): void {
  world.secrets.set(person.id, { personId: person.id, makers: new Set([maker.id]), read: maker.theirs });
}

/** Sends the open link of somebody through the mail server, as far as it may go. */
function mailLink(world: World, person: Person): string {
  const secret = world.secrets.get(person.id);
  if (!secret) return 'nothing to send';
  const account = { owner: person.owner, permissions: effective(world, world.roles.get(person.roleId)!) };
  const editors = [...world.mailEditors];
  const withheld = secretVoid(
    account,
    editors.map((id) => makerOf(world, id))
  );
  if (withheld && world.fault !== 'a link is mailed through the server of somebody weaker')
    return withheld.why;
  if (world.fault !== 'what the server carried is nobody’s but its maker’s')
    for (const id of withheld ? [] : editors) secret.makers.add(id);
  secret.read ||= editors.some((id) => world.people.get(id)?.theirs ?? false);
  return 'sent';
}

/** Those who plot use what they have read. */
function useSecret(world: World, secret: Secret): string {
  const person = world.people.get(secret.personId);
  if (person?.status !== 'active') return 'nobody';
  const account = { owner: person.owner, permissions: actorOf(world, person).permissions };
  const ids = [...secret.makers];
  const judged =
    world.fault === 'of several who know a secret only its maker is judged' ? ids.slice(0, 1) : ids;
  const refused = secretVoid(
    account,
    judged.map((id) => makerOf(world, id))
  );
  if (refused && world.fault !== 'a secret is judged when it is made, not when it is used')
    return refused.why;
  person.theirs = true;
  world.secrets.delete(person.id);
  return 'in';
}

/** What people do who plot nothing: it is right as it is, and may still be of use to those who do. */
const OF_OTHERS: ((world: World, random: Random) => string)[] = [
  (world, random) => {
    const waiting = [...world.secrets.keys()].flatMap((id) => world.people.get(id) ?? []);
    const person = waiting.length === 0 ? null : random.pick(waiting);
    if (!person || person.theirs || person.owner) return 'others: nothing to raise';
    person.roleId = anyRole(world, random).id;
    return `others: ${person.id} gets ${person.roleId}`;
  },
  (world, random) => {
    const role = anyRole(world, random);
    const held = [...world.people.values()].some(({ roleId, theirs }) => theirs && roleId === role.id);
    if (role.grants.all || held) return 'others: nothing to widen';
    write(role, [...idsOf(role.grants), ...some(random, IDS, 0.4)]);
    return `others: ${role.id} is widened`;
  },
  (world, random) => {
    const person = anyPerson(world, random);
    if (person.theirs || person.owner || person.status !== 'active') return 'others: nobody to invite';
    giveSecret(world, person, world.people.get('owner')!);
    return `others: a link for ${person.id}, ${mailLink(world, person)}`;
  },
  (world, random) => {
    const secret = [...world.secrets.values()];
    const person = secret.length === 0 ? null : world.people.get(random.pick(secret).personId);
    return person ? `others: mail for ${person.id}, ${mailLink(world, person)}` : 'others: no mail';
  }
];

type Deed = (world: World, by: Person, random: Random) => string;

const DEEDS: Deed[] = [
  (world, by) => {
    if (world.roles.get(by.roleId)!.grants.all) world.mailEditors.clear();
    world.mailEditors.add(by.id);
    return 'set the mail server';
  },
  (world, by, random) => {
    const person = anyPerson(world, random);
    // A link that is kept for later: the account is nobody's until it is used.
    const keep = () => {
      if (person.status !== 'deactivated' && !person.theirs) giveSecret(world, person, by);
    };
    return `make a link for ${person.id}: ${act(world, by, person, 'a password is reset without dominance', keep)}`;
  },
  (world, _by, random) => {
    const read = [...world.secrets.values()].filter((secret) => secret.read);
    if (read.length === 0) return 'no link to use';
    const secret = random.pick(read);
    world.anonymous = true;
    return `use the link of ${secret.personId}: ${useSecret(world, secret)}`;
  },
  (world, by, random) => {
    const role = anyRole(world, random);
    const [grant, revoke] = [some(random, IDS, 0.3), some(random, IDS, 0.15)];
    return `edit ${role.id}: ${editRole(world, by, role, grant, revoke)}`;
  },
  (world, by, random) => `create a role: ${createRole(world, by, null, some(random, IDS, 0.3))}`,
  (world, by, random) => {
    const source = anyRole(world, random);
    return `clone ${source.id}: ${createRole(world, by, source, [])}`;
  },
  (world, by, random) => {
    const role = anyRole(world, random);
    const earlier = random.pick(role.history);
    const now = idsOf(role.grants);
    const grant = [...earlier].filter((id) => !now.has(id));
    const revoke = [...now].filter((id) => !earlier.has(id));
    const free = world.fault === 'a restored version is not judged';
    return `restore ${role.id}: ${editRole(world, by, role, grant, revoke, free)}`;
  },
  (world, by, random) => {
    // Undo is the inverse edit of what one did, as it is sent: the versions that others made meanwhile are in it.
    const role = anyRole(world, random);
    const [before, now] = [role.history.at(-2) ?? new Set<string>(), idsOf(role.grants)];
    const revoke = [...now].filter((id) => !before.has(id));
    return `undo in ${role.id}: ${editRole(world, by, role, [...before], revoke)}`;
  },
  (world, by, random) => {
    const [role, heir] = [anyRole(world, random), anyRole(world, random)];
    const members = [...world.people.values()].filter(
      (person) => person.roleId === role.id && person.status !== 'deactivated'
    );
    const refused = decideRoleDelete(
      actorOf(world, by),
      { ...roleState(world, role), members: members.length },
      assignable(world, heir, 'the heir of a deleted role is not judged')
    );
    if (refused) return `delete ${role.id}: ${refused.code}`;
    for (const person of members) person.roleId = heir.id;
    role.deleted = true;
    return `delete ${role.id} to ${heir.id}`;
  },
  (world, by, random) => {
    const [person, role] = [anyPerson(world, random), anyRole(world, random)];
    return `assign ${role.id} to ${person.id}: ${assign(world, by, person, role)}`;
  },
  (world, by, random) => {
    const role = anyRole(world, random);
    const done = [...world.people.values()].filter(() => random.chance(0.5));
    return `assign ${role.id} to many: ${done.map((person) => assign(world, by, person, role)).join()}`;
  },
  (world, by, random) => `create a person: ${createPerson(world, by, anyRole(world, random))}`,
  (world, by, random) =>
    `import: ${[0, 1].map(() => createPerson(world, by, anyRole(world, random))).join()}`,
  (world, by, random) => {
    const person = anyPerson(world, random);
    const take = () => void (person.theirs ||= person.status !== 'deactivated');
    return `reset the password of ${person.id}: ${act(world, by, person, 'a password is reset without dominance', take)}`;
  },
  (world, by, random) => {
    const person = anyPerson(world, random);
    const actor = actorOf(world, by);
    const state = personState(world, person);
    const unwatched = world.fault === 'an address is changed without dominance' && !person.owner;
    const { fields } = decidePersonEdit(
      // Whoever may edit at all: the right itself is not among the permissions played with.
      { ...actor, permissions: new Set([...actor.permissions, 'people.administrators.edit']) },
      unwatched ? { ...state, effective: new Set() } : state,
      FREE,
      { seen: 1, email: 'ours@northwind.example' }
    );
    // Who has the address gets the next link.
    if (fields.email !== undefined && person.status !== 'deactivated') person.theirs = true;
    return `change the address of ${person.id}: ${fields.email ?? 'refused'}`;
  },
  (world, by, random) => {
    const person = anyPerson(world, random);
    const stop = () => void (person.status === 'active' && (person.status = 'suspended'));
    return `suspend ${person.id}: ${act(world, by, person, 'somebody stronger is suspended', stop)}`;
  },
  (world, by, random) => {
    const person = anyPerson(world, random);
    const back = () => {
      if (!world.roles.get(person.roleId)!.deleted) person.status = 'active';
    };
    return `reactivate ${person.id}: ${act(world, by, person, null, back)}`;
  },
  (world, by, random) => {
    const person = anyPerson(world, random);
    const hard = random.chance(0.5);
    const remove = () => void (hard ? world.people.delete(person.id) : (person.status = 'deactivated'));
    return `delete ${person.id}: ${act(world, by, person, null, remove)}`;
  },
  (world, by, random) => {
    const person = anyPerson(world, random);
    const refused = decideRequireTwoFactor(
      actorOf(world, by),
      personState(world, person),
      random.chance(0.5)
    );
    return `ask ${person.id} for a second factor: ${refused?.code ?? 'done'}`;
  }
];
