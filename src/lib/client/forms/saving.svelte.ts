import type { Outbox } from '../outbox/outbox.svelte';

/**
 * State of *Save*, busy while somebody waits at it: from the press until its outcome is known, but not while what
 * they saved waits for a connection. That may take hours, and is no reason to turn a wheel or to take no further
 * change.
 */
export class Saving {
  #running = $state(0);
  readonly #outbox: Pick<Outbox, 'waiting'>;

  constructor(outbox: Pick<Outbox, 'waiting'>) {
    this.#outbox = outbox;
  }

  get now(): boolean {
    return this.#running > 0 && !this.#outbox.waiting;
  }

  /** Runs what saves. @throws what it throws */
  async while<T>(save: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await save();
    } finally {
      this.#running--;
    }
  }
}
