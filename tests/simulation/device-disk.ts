import type { OutboxRecord, Records, Step } from '../../src/lib/client/outbox/record';
import { StoreFull, type OutboxStore } from '../../src/lib/client/outbox/store';
import { faultyRecords, isFixing } from './faulty-device';
import { isOn } from './faults';
import type { Actor, World } from './world';

type Job = {
  actor: Actor;
  work: () => unknown;
  done: (result: unknown) => void;
  failed: (error: unknown) => void;
};

/**
 * Disk of a browser for one person: it outlives every page, holds each step whole or not at all, and lets one page at
 * a time write. What a page asked for and the device had not done when the page died is lost; what was done stays,
 * also where the page never heard of it.
 */
export class DeviceDisk {
  /** There is no room for anything more. */
  full = false;
  readonly world: World;
  /** Looks at every change of what is held. */
  readonly witness: (before: Records, after: Records) => void;
  /** Records by number, as text: the browser has them sealed. */
  #kept: ReadonlyMap<number, string> = new Map();
  #queue: Job[] = [];
  #running: Job | null = null;

  constructor(world: World, witness: (before: Records, after: Records) => void) {
    this.world = world;
    this.witness = witness;
  }

  get records(): Records {
    return [...this.#kept].sort(([a], [b]) => a - b).map(([, text]) => JSON.parse(text) as OutboxRecord);
  }

  get kept(): ReadonlyMap<number, string> {
    return this.#kept;
  }

  write(kept: ReadonlyMap<number, string>, before: Records, after: Records): void {
    this.#kept = kept;
    this.witness(before, after);
  }

  /** Does something when what was asked for before is done. */
  turn<T>(actor: Actor, work: () => T): Promise<T> {
    const { random } = this.world;
    if (!this.#running && this.#queue.length === 0 && random.chance(0.8))
      return new Promise((resolve) => resolve(work()));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ actor, work, done: resolve as (result: unknown) => void, failed: reject });
      this.#next();
    });
  }

  /** A page died: nobody waits for it. */
  bury(actor: Actor): void {
    this.#queue = this.#queue.filter((job) => job.actor !== actor);
    if (this.#running?.actor === actor) this.#running = null;
    this.#next();
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#queue.shift();
    if (!job) return;
    this.#running = job;
    const { random } = this.world;
    this.world.after(random.whole(0, 12), () => this.#run(job), job.actor);
  }

  #run(job: Job): void {
    const { world } = this;
    let tell: () => void;
    try {
      const result = job.work();
      tell = () => job.done(result);
    } catch (error) {
      tell = () => job.failed(error);
    }
    this.#running = null;
    world.after(world.random.whole(0, 4), tell, job.actor);
    this.#next();
  }
}

/** A page's view of the disk. What did not change is the same object as before, as in the browser's store. */
export class DeviceStore implements OutboxStore {
  readonly #disk: DeviceDisk;
  readonly #actor: Actor;
  #known = new Map<number, { text: string; record: OutboxRecord }>();

  constructor(disk: DeviceDisk, actor: Actor) {
    this.#disk = disk;
    this.#actor = actor;
  }

  read(): Promise<Records> {
    return this.#disk.turn(this.#actor, () => this.#all());
  }

  update(step: Step): Promise<Records> {
    return this.#disk.turn(this.#actor, () => {
      const before = this.#all();
      const after = faultyRecords(step(before), before);
      if (after === before || (isOn('sent-unwritten') && isFixing(before, after))) return after;
      const old = new Map(before.map((record) => [record.n, record]));
      const kept = new Map<number, string>();
      const known = new Map<number, { text: string; record: OutboxRecord }>();
      for (const record of after) {
        const text = old.get(record.n) === record ? this.#known.get(record.n)!.text : JSON.stringify(record);
        kept.set(record.n, text);
        known.set(record.n, { text, record });
      }
      // Taking away always fits; whatever is new or longer does not.
      if (this.#disk.full && after.some((record) => old.get(record.n) !== record))
        throw new StoreFull('this device has no room');
      this.#known = known;
      this.#disk.write(kept, before, after);
      return after;
    });
  }

  close(): void {
    // Nothing is held open.
  }

  #all(): Records {
    const known = new Map<number, { text: string; record: OutboxRecord }>();
    for (const [n, text] of [...this.#disk.kept].sort(([a], [b]) => a - b)) {
      const before = this.#known.get(n);
      known.set(n, before?.text === text ? before : { text, record: JSON.parse(text) as OutboxRecord });
    }
    this.#known = known;
    const records = [...known.values()].map(({ record }) => record);
    return isOn('newest-first') ? records.reverse() : records;
  }
}

/** The lock that pages of one device share: whoever has it dies, and it is free. */
export class DeviceLock {
  readonly #world: World;
  #holder: Actor | null = null;
  #queue: { actor: Actor; give: () => void }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  async hold(actor: Actor, work: () => Promise<void>): Promise<void> {
    if (this.#holder) {
      const turn = this.#world.signal();
      this.#queue.push({ actor, give: turn.give });
      await turn.promise;
    } else this.#holder = actor;
    try {
      await work();
    } finally {
      this.#giveOn();
    }
  }

  bury(actor: Actor): void {
    this.#queue = this.#queue.filter((waiter) => waiter.actor !== actor);
    if (this.#holder === actor) this.#giveOn();
  }

  #giveOn(): void {
    const next = this.#queue.shift();
    this.#holder = next?.actor ?? null;
    next?.give();
  }
}
