import { check } from './checker';
import { inWorld } from './determinism';
import { Device } from './device';
import type { StoredFacts } from './facts';
import { fault, type Fault } from './faults';
import { EDITED_ROLES, found, PEOPLE } from './ground';
import { MemoryBackend } from './memory-backend';
import { Script } from './script';
import { Service, type Backend } from './server';
import { Witness } from './witness';
import { World } from './world';

export type Run = {
  seed: number;
  problems: string[];
  trace: string;
  story: readonly string[];
  /** Counts of what happened, to see that something did. */
  figures: Figures;
};

export type Figures = {
  events: number;
  edits: number;
  answered: number;
  refused: number;
  deaths: number;
  entries: number;
  /** Requests that came with somebody else's cookie. */
  ofOthers: number;
};

export type RunOptions = {
  /** Fault that is put in on purpose. */
  fault?: Fault | null;
  tell?: boolean;
  /** The database; without it the model of one. */
  backend?: (world: World) => Backend & { read(): StoredFacts | Promise<StoredFacts> };
  /** Each request is done before anything else happens: what a real database needs to be compared. */
  oneByOne?: boolean;
};

/**
 * Plays one seed: people at work on bad devices over a bad network with programs that die; then rest, and the check.
 */
export async function play(seed: number, options: RunOptions = {}): Promise<Run> {
  const world = new World(seed, { tell: options.tell ?? false });
  fault.on = options.fault ?? null;
  try {
    return await inWorld(world, () => playIn(world, options));
  } catch (error) {
    const problems = [...world.problems, String((error as Error).stack)];
    const figures = { events: 0, edits: 0, answered: 0, refused: 0, deaths: 0, entries: 0, ofOthers: 0 };
    return { seed, problems, trace: world.trace, story: world.story ?? [], figures };
  } finally {
    fault.on = null;
  }
}

async function playIn(world: World, { backend: make, oneByOne = false }: RunOptions): Promise<Run> {
  const { random } = world;
  const backend = make ? make(world) : new MemoryBackend(world);
  if (backend instanceof MemoryBackend) backend.database.slowShare = 0;
  const service = new Service(world, backend);
  await world.perform(() => service.found(found));
  if (backend instanceof MemoryBackend && !oneByOne) backend.database.slowShare = random.pick([0, 0.1, 0.5]);
  service.start(random.chance(0.3) ? 2 : 1);
  const witness = new Witness(world);
  const devices = PEOPLE.slice(0, random.whole(3, PEOPLE.length)).map(
    (person) => new Device(world, service, person, witness)
  );
  // Two of them use one browser: whoever signs in last is who it says they all are.
  if (random.chance(0.3)) devices[1]!.jar = devices[0]!.jar;
  for (const device of devices) {
    if (random.chance(0.2)) device.clockError = random.whole(-400, 400) * 86_400_000;
    const cookie = await world.perform(() =>
      service.signIn(device.person, { provedMinutesAgo: random.pick([0, 8, 20, 20]) })
    );
    device.jar.cookie = cookie;
    device.open(random.pick(EDITED_ROLES));
  }
  const script = new Script(world, service, devices, witness);
  const actions = random.whole(20, 60);
  let at = world.now;
  for (let n = 0; n < actions; n++) {
    at += random.chance(0.6) ? random.whole(1, 900) : random.whole(900, 12_000);
    world.after(at - world.now, () => script.act());
  }
  await world.run(at);
  await script.heal();
  const stored = await backend.read();
  const problems = [...world.problems, ...check(stored, { service, devices, witness })];
  const heard = [...witness.heard.values()];
  return {
    seed: world.seed,
    problems,
    trace: world.trace,
    story: world.story ?? [],
    figures: {
      events: world.steps,
      edits: witness.asked.length,
      answered: heard.length,
      refused: witness.shown.size,
      deaths: script.deaths,
      entries: stored.entries.length,
      ofOthers: service.ofOthers
    }
  };
}
