import { secretVoid, type SecretMaker } from '../../src/lib/core/administrators/activation';
import {
  barredFromPerson,
  decidePersonCreate,
  decidePersonEdit,
  decideRequireTwoFactor
} from '../../src/lib/core/administrators/people';
import { SUPER_IS_FOR_PEOPLE } from '../../src/lib/core/applications/applications';
import { inheritAll } from '../../src/lib/core/quotas/caps';
import { isSuperAdministrator } from '../../src/lib/core/access/access';
import { decideRoleCreate, decideRoleDelete, decideRoleEdit } from '../../src/lib/core/roles/roles';
import {
  actorOf,
  addRole,
  anyPerson,
  anyRole,
  assignable,
  catalogue,
  cells,
  effective,
  FREE,
  idsOf,
  IDS,
  membersOf,
  OWNER_ONLY,
  personState,
  roleState,
  some,
  type Acting,
  type Fault,
  type Person,
  type Role,
  type Secret,
  type World
} from './collusion-world';
import type { Random } from './random';

// What people do with roles and people: each action is decided by the real rules, and done as the services do it.

function write(role: Role, ids: Iterable<string>): void {
  role.grants = { all: false, ids: new Set(ids) };
  role.history.push(role.grants.ids);
}

function editRole(
  world: World,
  by: Acting,
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

function createRole(world: World, by: Acting, source: Role | null, asked: string[]): string {
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

function assign(world: World, by: Acting, person: Person, role: Role): string {
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

function createPerson(world: World, by: Acting, role: Role): string {
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
export function act(
  world: World,
  by: Acting,
  person: Person,
  unjudged: Fault | null,
  done: () => void
): string {
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

/** Actions of people who plot nothing: they are right as they are, and may still be of use to those who do. */
export const OF_OTHERS: ((world: World, random: Random) => string)[] = [
  (world, random) => {
    const waiting = [...world.secrets.keys()].flatMap((id) => world.people.get(id) ?? []);
    const person = waiting.length === 0 ? null : random.pick(waiting);
    if (!person || person.theirs || person.owner) return 'others: nothing to raise';
    person.roleId = anyRole(world, random).id;
    return `others: ${person.id} gets ${person.roleId}`;
  },
  (world, random) => {
    // Whoever plots is found out in part: less is theirs, and their keys are worth less.
    const person = random.pick([...world.people.values(), ...world.machines.values()]);
    if (person.owner || person.id === 'super') return 'others: nobody to stop';
    if (random.chance(0.5))
      person.roleId = random.pick([...world.roles.keys()].filter((id) => id !== 'super_administrator'));
    else if (person.status === 'active') person.status = 'suspended';
    return `others: ${person.id} is ${person.status}, with ${person.roleId}`;
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

export type Action = (world: World, by: Acting, random: Random) => string;

/** Actions of people alone: a key is refused them whatever it may. */
export const ACTIONS_OF_PEOPLE: Action[] = [
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
  }
];

export const ACTIONS: Action[] = [
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
    const [role, replacement] = [anyRole(world, random), anyRole(world, random)];
    const members = membersOf(world, role);
    const hasMachines = members.some(({ id }) => world.machines.has(id));
    const refused = decideRoleDelete(
      actorOf(world, by),
      { ...roleState(world, role), members: members.length },
      assignable(world, replacement, 'the replacement of a deleted role is not judged')
    );
    const unfit = hasMachines && isSuperAdministrator(replacement.id) ? SUPER_IS_FOR_PEOPLE : null;
    const why = refused ?? unfit;
    if (why) return `delete ${role.id}: ${why.code}`;
    for (const person of members) person.roleId = replacement.id;
    role.deleted = true;
    return `delete ${role.id} to ${replacement.id}`;
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
    const remove = () => {
      if (hard) world.people.delete(person.id);
      else person.status = 'deactivated';
      for (const key of world.keys) if (key.holderId === person.id) key.revokedAt = 0;
    };
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
