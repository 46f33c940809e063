import type { Actor } from '../../src/lib/core/access/access';
import { inheritCounts, unlimitedCounts } from '../../src/lib/core/packages/counts';
import {
  barredFromTenant,
  decidePackageCreate,
  decidePackageDelete,
  decidePackageEdit,
  type GivenPackage,
  type Giver
} from '../../src/lib/core/packages/packages';
import { allOff } from '../../src/lib/core/packages/switches';
import {
  allowsMore,
  inheritAll,
  type CapLimit,
  type CapSetting,
  type PlatformCaps
} from '../../src/lib/core/quotas/caps';
import { NO_BRAND } from '../../src/lib/core/users/own-brand';
import { decideUserCreate, decideUserEdit } from '../../src/lib/core/users/users';
import { seeded, type Random } from './random';

// Staff who plot together about users and packages, in a small world whose every decision is made by the real rules:
// whatever they try, those whom they control never hold, and never send, more than they held and could send between
// them to begin with (ACC-1, ACC-2, ACC-4).

const IDS = ['x.a', 'x.b', 'x.c'];
/** Permissions of every plotter: the rights themselves are not played with. */
const RIGHTS = [
  'tenants.users.view',
  'tenants.users.edit',
  'tenants.users.override_quota',
  'tenants.packages.force_authentication'
];
const CAPS: readonly CapSetting[] = ['inherit', 'unlimited', 10, 50, 100, 500];
const STEPS = 16;

/** A rule left out on purpose: a model that does not notice is worth nothing. */
export const TENANT_FAULTS = [
  'a package is given that the actor does not hold',
  'a package is made with a role that the actor does not hold',
  'a package gets a role that the actor does not hold',
  'the replacement of a deleted package is not judged',
  'a package of stronger users is edited',
  'an address of a stronger user is changed',
  'a cap of a package is not judged',
  'an own cap is not judged',
  'caps of a given package are not judged'
] as const;
export type TenantFault = (typeof TENANT_FAULTS)[number];

type Staff = { id: string; held: ReadonlySet<string>; cap: CapSetting };
type Package = { id: string; role: ReadonlySet<string>; cap: CapSetting; deleted: boolean };
type User = { id: string; packageId: string; cap: CapSetting; theirs: boolean };
type World = {
  platform: CapLimit;
  plotters: Staff[];
  packages: Map<string, Package>;
  users: Map<string, User>;
  fault: TenantFault | null;
  made: number;
};

/** Problem that came in the run of a seed, and the actions after which it came. */
export type TenantPlot = { seed: number; problem: string; actions: string[] };

/** Plays many runs from one seed on; the first problem, or null. */
export function tenantPlots(seed: number, runs: number, fault: TenantFault | null = null): TenantPlot | null {
  for (let run = 0; run < runs; run++) {
    const found = play((seed + run) >>> 0, fault);
    if (found) return found;
  }
  return null;
}

function play(seed: number, fault: TenantFault | null): TenantPlot | null {
  const random = seeded(seed);
  const world = begin(random, fault);
  const actions: string[] = [];
  const union = new Set(world.plotters.flatMap(({ held }) => [...held]));
  const most = world.plotters.map((staff) => limitOf(world, staff.cap)).reduce(larger);
  for (let step = 0; step < STEPS; step++) {
    const actor = random.pick(world.plotters);
    const before = new Map(
      [...world.users].map(([id, user]) => [
        id,
        { ...user, held: heldBy(world, user), sent: sends(world, user) }
      ])
    );
    const roles = new Map([...world.packages].map(([id, { role }]) => [id, role]));
    actions.push(`${actor.id}: ${random.pick(ACTIONS)(world, actor, random)}`);
    const problem = handedOut(world, roles, union) ?? judge(world, actor, before, { union, most });
    if (problem) return { seed, problem, actions };
  }
  return null;
}

function begin(random: Random, fault: TenantFault | null): World {
  const world: World = {
    platform: random.pick(['unlimited', 1000, 80]),
    plotters: [],
    packages: new Map(),
    users: new Map(),
    ...{ fault, made: 0 }
  };
  for (let n = random.whole(1, 3); n > 0; n--)
    world.plotters.push({
      id: `plotter${n}`,
      held: new Set(some(random, 0.5)),
      cap: random.pick(['inherit', 10, 50, 100])
    });
  for (let n = 0; n < 4; n++)
    world.packages.set(`package${n}`, {
      ...{ id: `package${n}`, role: new Set(some(random, 0.5)), cap: random.pick(CAPS), deleted: false }
    });
  for (let n = 0; n < 4; n++)
    world.users.set(`user${n}`, {
      ...{ id: `user${n}`, packageId: `package${random.whole(0, 3)}`, cap: random.pick(CAPS), theirs: false }
    });
  return world;
}

// What is so, worked out apart from the rules.

const heldBy = (world: World, { packageId }: User) => world.packages.get(packageId)!.role;
const larger = (a: CapLimit, b: CapLimit) => (allowsMore(a, b) ? a : b);
const smaller = (a: CapLimit, b: CapLimit) => (allowsMore(a, b) ? b : a);
const limitOf = (world: World, set: CapSetting): CapLimit =>
  set === 'inherit' ? world.platform : smaller(set, world.platform);
function sends(world: World, user: User): CapLimit {
  return limitOf(world, user.cap === 'inherit' ? world.packages.get(user.packageId)!.cap : user.cap);
}

/** A package that they made, or gave another role, says no more than they hold. */
function handedOut(
  world: World,
  before: ReadonlyMap<string, ReadonlySet<string>>,
  union: ReadonlySet<string>
): string | null {
  for (const { id, role } of world.packages.values())
    if (before.get(id) !== role && ![...role].every((each) => union.has(each)))
      return `${id} hands out what none of them held`;
  return null;
}

function judge(
  world: World,
  actor: Staff,
  before: ReadonlyMap<string, User & { held: ReadonlySet<string>; sent: CapLimit }>,
  { union, most }: { union: ReadonlySet<string>; most: CapLimit }
): string | null {
  for (const user of world.users.values()) {
    const earlier = before.get(user.id);
    const held = heldBy(world, user);
    const same =
      earlier?.packageId === user.packageId && earlier.cap === user.cap && earlier.theirs === user.theirs;
    const touched = earlier && !(same && equal(earlier.held, held));
    if (touched && ![...earlier.held].every((id) => actor.held.has(id)))
      return `${user.id} was touched, who may do more than ${actor.id}`;
    if (!user.theirs) continue;
    const gained = [...held].filter((id) => !union.has(id));
    if (gained.length > 0) return `${user.id} holds ${gained.join()}, which none of them held`;
    // What an account that they took over could send already is not their doing.
    if (allowsMore(sends(world, user), larger(most, earlier?.sent ?? 0)))
      return `${user.id} sends more than any of them`;
  }
  return null;
}

const equal = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && [...a].every((id) => b.has(id));

// The world as the services keep it.

function giver(world: World, staff: Staff, unjudged: { holding?: TenantFault; caps?: TenantFault }): Giver {
  const isFree = (fault: TenantFault | undefined) => fault !== undefined && world.fault === fault;
  const actor: Actor = {
    ...{ id: staff.id, name: staff.id, owner: false, roleId: 'staff' },
    permissions: new Set([...RIGHTS, ...staff.held, ...(isFree(unjudged.holding) ? IDS : [])])
  };
  return { ...actor, caps: { ...inheritAll(), daily: isFree(unjudged.caps) ? 'unlimited' : staff.cap } };
}

const platformOf = (world: World, fault?: TenantFault): PlatformCaps => ({
  ...{ hourly: 'unlimited', monthly: 'unlimited', threads: 'unlimited' },
  daily: fault !== undefined && world.fault === fault ? 'unlimited' : world.platform
});
const given = ({ id, role, cap }: Package): GivenPackage => ({
  ...{ id, effective: role, caps: { ...inheritAll(), daily: cap } }
});
const some = (random: Random, share: number) => IDS.filter(() => random.chance(share));
const anyPackage = (world: World, random: Random) =>
  random.pick([...world.packages.values()].filter(({ deleted }) => !deleted));
const anyUser = (world: World, random: Random) => random.pick([...world.users.values()]);
const seen = Number.MAX_SAFE_INTEGER;

function editUser(world: World, actor: Giver, user: User, edit: object, effective?: ReadonlySet<string>) {
  const own = world.packages.get(user.packageId)!;
  return decideUserEdit(
    actor,
    {
      ...{ id: user.id, name: user.id, email: 'theirs@orchard.example', ipAllowlist: [], timeZone: null },
      package: { ...given(own), counts: unlimitedCounts(), ...(effective ? { effective } : {}) },
      ...{ caps: { ...inheritAll(), daily: user.cap }, counts: inheritCounts(), changed: {} },
      brand: NO_BRAND
    },
    platformOf(world),
    { seen, ...edit }
  );
}

type Action = (world: World, by: Staff, random: Random) => string;

const ACTIONS: Action[] = [
  (world, by, random) => {
    const [role, cap] = [new Set(some(random, 0.5)), random.pick(CAPS)];
    const actor = giver(world, by, {
      ...{ holding: 'a package is made with a role that the actor does not hold' },
      caps: 'a cap of a package is not judged'
    });
    const refused = decidePackageCreate(actor, platformOf(world, 'a cap of a package is not judged'), {
      role: { id: 'role', effective: role },
      ...{ caps: { ...inheritAll(), daily: cap }, switches: allOff() }
    });
    if (refused) return `create a package: ${refused.code}`;
    const id = `made${world.made++}`;
    world.packages.set(id, { id, role, cap, deleted: false });
    return `create ${id} of ${[...role].join()} with ${cap}`;
  },
  (world, by, random) => {
    const target = anyPackage(world, random);
    const [role, cap] = [new Set(some(random, 0.5)), random.pick(CAPS)];
    const actor = giver(world, by, {
      ...{ holding: 'a package gets a role that the actor does not hold' },
      caps: 'a cap of a package is not judged'
    });
    const unwatched = world.fault === 'a package of stronger users is edited';
    const decision = decidePackageEdit(
      actor,
      {
        ...{
          id: target.id,
          name: target.id,
          roleId: 'before',
          counts: unlimitedCounts(),
          switches: allOff()
        },
        ...{ effective: unwatched ? new Set() : target.role, caps: given(target).caps, changed: {} }
      },
      platformOf(world, 'a cap of a package is not judged'),
      random.chance(0.5) ? { seen, role: { id: 'after', effective: role } } : { seen, caps: { daily: cap } }
    );
    if ('refused' in decision) return `edit ${target.id}: ${decision.refused.code}`;
    if (decision.fields.roleId !== undefined) target.role = role;
    if (decision.fields.caps?.daily !== undefined) target.cap = cap;
    return `edit ${target.id}: ${JSON.stringify(decision.fields)}`;
  },
  (world, by, random) => {
    const [target, replacement] = [anyPackage(world, random), anyPackage(world, random)];
    const users = [...world.users.values()].filter(({ packageId }) => packageId === target.id);
    const isFree = world.fault === 'the replacement of a deleted package is not judged';
    const refused = decidePackageDelete(
      giver(world, by, {}),
      platformOf(world),
      { ...given(target), users: users.length },
      isFree
        ? { ...given(replacement), effective: new Set(), caps: { ...inheritAll(), daily: 0 } }
        : given(replacement)
    );
    if (refused) return `delete ${target.id}: ${refused.code}`;
    for (const user of users) user.packageId = replacement.id;
    target.deleted = true;
    return `delete ${target.id} to ${replacement.id}`;
  },
  (world, by, random) => {
    const [target, cap] = [anyPackage(world, random), random.pick(CAPS)];
    const actor = giver(world, by, {
      ...{ holding: 'a package is given that the actor does not hold' },
      caps: 'caps of a given package are not judged'
    });
    const refused = decideUserCreate(actor, platformOf(world), {
      ...{ package: given(target), caps: { ...inheritAll(), daily: cap } },
      ...{ counts: inheritCounts(), ipAllowlist: [] }
    });
    if (refused) return `create a user: ${refused.code}`;
    const id = `puppet${world.made++}`;
    world.users.set(id, { id, packageId: target.id, cap, theirs: true });
    return `create ${id} with ${target.id} and ${cap}`;
  },
  (world, by, random) => {
    const [user, target] = [anyUser(world, random), anyPackage(world, random)];
    const actor = giver(world, by, {
      ...{ holding: 'a package is given that the actor does not hold' },
      caps: 'caps of a given package are not judged'
    });
    const decision = editUser(world, actor, user, { package: given(target) });
    if ('refused' in decision) return `give ${user.id} ${target.id}: ${decision.refused.code}`;
    if (decision.fields.packageId !== undefined) user.packageId = target.id;
    return `give ${user.id} ${target.id}: ${decision.parts[0]?.code ?? 'done'}`;
  },
  (world, by, random) => {
    const [user, cap] = [anyUser(world, random), random.pick(CAPS)];
    const actor = giver(world, by, { caps: 'an own cap is not judged' });
    const decision = editUser(world, actor, user, { caps: { daily: cap } });
    if ('refused' in decision) return `cap ${user.id}: ${decision.refused.code}`;
    if (decision.fields.caps?.daily !== undefined) user.cap = cap;
    return `cap ${user.id} at ${cap}: ${decision.parts[0]?.code ?? 'done'}`;
  },
  (world, by, random) => {
    // Who has the address has the account.
    const user = anyUser(world, random);
    const isFree = world.fault === 'an address of a stronger user is changed';
    const edit = { email: 'ours@orchard.example' };
    const decision = editUser(world, giver(world, by, {}), user, edit, isFree ? new Set() : undefined);
    if ('refused' in decision) return `take ${user.id}: ${decision.refused.code}`;
    user.theirs = true;
    return `take ${user.id}`;
  },
  (world, by, random) => {
    const user = anyUser(world, random);
    const barred = barredFromTenant(giver(world, by, {}), heldBy(world, user));
    if (barred) return `delete ${user.id}: ${barred.code}`;
    if (world.users.size > 1) world.users.delete(user.id);
    return `delete ${user.id}`;
  }
];
