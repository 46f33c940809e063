import { seeded } from './random';
import { ACTIONS, ACTIONS_OF_PEOPLE, OF_OTHERS } from './collusion-actions';
import { KEY_ACTIONS, KEY_ACTIONS_OF_PEOPLE } from './collusion-key-actions';
import { actingIn, begin, holds, judge, snapshot, unionOf, type Fault } from './collusion-world';

export { FAULTS } from './collusion-world';

// Administrators who plot together, in a small world whose every decision is made by the real rules: whatever they
// try, in whatever order, in person or through keys, those whom they control never hold more than they held between
// them to begin with (ACC-1 … ACC-4, APP-4, APP-5).

const STEPS = 14;
const BY_KEY = [...ACTIONS, ...KEY_ACTIONS];
const IN_PERSON = [...BY_KEY, ...ACTIONS_OF_PEOPLE, ...KEY_ACTIONS_OF_PEOPLE];

/** Problem that came in the run of a seed, and the actions after which it came. */
export type Plot = { seed: number; problem: string; actions: string[] };

/** Plays one run. */
export function plot(seed: number, fault: Fault | null = null): Plot | null {
  const random = seeded(seed);
  const world = begin(random, fault);
  const actions: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    // Others go about their work: they raise accounts, and send links.
    if (random.chance(0.35)) actions.push(random.pick(OF_OTHERS)(world, random));
    const able = actingIn(world);
    if (able.length === 0) break;
    const actor = random.pick(able);
    const allowed = unionOf(world);
    const before = snapshot(world);
    world.anonymous = false;
    // Whoever is suspended holds nothing to act by.
    const own = actor.status === 'active' ? holds(world, actor, actor.key?.scopes) : new Set<string>();
    const isFree = !actor.key || fault === 'what people alone do is done with a key';
    const action = random.pick(isFree ? IN_PERSON : BY_KEY)(world, actor, random);
    actions.push(`${actor.id}${actor.key ? ' by key' : ''}: ${action}`);
    const problem = judge(world, { id: actor.id, own }, before, allowed);
    if (problem) return { seed, problem, actions };
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
