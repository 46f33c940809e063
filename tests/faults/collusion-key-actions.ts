import { notHeld } from '../../src/lib/core/access/access';
import {
  barredFromApplication,
  decideApplicationEdit,
  decideApplicationRole
} from '../../src/lib/core/applications/applications';
import type { Action } from './collusion-actions';
import {
  actorOf,
  addMachine,
  anyRole,
  assignable,
  effective,
  IDS,
  some,
  type Acting,
  type Fault,
  type Person,
  type World
} from './collusion-world';
import type { Random } from './random';

// What is done with applications and keys.

const UNJUDGED = 'an application is given a role that the actor does not hold';

const anyMachine = (world: World, random: Random) => random.pick([...world.machines.values()]);
const effectiveOf = (world: World, { roleId }: Person) => effective(world, world.roles.get(roleId)!);

/** An action on one application that takes dominance. */
function actOn(world: World, by: Acting, machine: Person, unjudged: Fault | null, done: () => void): string {
  const target = { id: machine.id, effective: effectiveOf(world, machine) };
  const barred = barredFromApplication(actorOf(world, by), target);
  if (barred && (unjudged === null || world.fault !== unjudged)) return barred.code;
  done();
  return 'done';
}

function giveRole(world: World, by: Acting, machine: Person, random: Random): string {
  const role = anyRole(world, random);
  const isUnwatched = world.fault === 'an application gives itself another role' && by.id === machine.id;
  const decision = decideApplicationEdit(
    actorOf(world, by),
    {
      ...{ id: isUnwatched ? 'another' : machine.id, name: machine.id, roleId: machine.roleId },
      ...{ stewardId: null, allowlist: [], perMinute: null, changed: {} },
      effective: effectiveOf(world, machine)
    },
    { seen: 1, role: assignable(world, role, UNJUDGED) }
  );
  if ('refused' in decision) return decision.refused.code;
  const { fields, parts } = decision;
  if (fields.roleId !== undefined) machine.roleId = fields.roleId;
  return parts[0]?.code ?? `${role.id}`;
}

export const KEY_ACTIONS: Action[] = [
  (world, by, random) => {
    const role = anyRole(world, random);
    const refused = decideApplicationRole(actorOf(world, by), assignable(world, role, UNJUDGED));
    if (refused) return `create an application: ${refused.code}`;
    const machine = addMachine(world, role.id);
    // Its first key is in the hand of whoever made it.
    machine.theirs = true;
    world.keys.push({ holderId: machine.id, scopes: null, revokedAt: null });
    return `create ${machine.id} with ${role.id}`;
  },
  (world, by, random) => {
    const machine = anyMachine(world, random);
    return `give ${machine.id} a role: ${giveRole(world, by, machine, random)}`;
  },
  (world, by, random) => {
    const machine = anyMachine(world, random);
    const make = () => {
      machine.theirs = true;
      world.keys.push({ holderId: machine.id, scopes: null, revokedAt: null });
    };
    const unjudged = 'a key is made for an application that may do more';
    return `make a key of ${machine.id}: ${actOn(world, by, machine, unjudged, make)}`;
  },
  (world, by, random) => {
    const machine = anyMachine(world, random);
    const next = machine.status === 'active' ? 'suspended' : 'active';
    const change = () => void (machine.status = next);
    const unjudged = next === 'suspended' ? 'an application that may do more is suspended' : null;
    return `make ${machine.id} ${next}: ${actOn(world, by, machine, unjudged, change)}`;
  }
];

/** Nobody makes a personal key with a key. */
export const KEY_ACTIONS_OF_PEOPLE: Action[] = [
  (world, by, random) => {
    const scopes = some(random, IDS, 0.5);
    const missing = notHeld({ ...actorOf(world, by), owner: false }, scopes);
    if (missing.length > 0 || by.key) return `make a key of one’s own: without ${missing.join()}`;
    world.keys.push({ holderId: by.id, scopes: new Set(scopes), revokedAt: null });
    return `make a key of one’s own for ${scopes.join()}`;
  }
];
