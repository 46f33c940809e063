import type { Records, Step } from './record';
import type { OutboxStore } from './store';

/** Keeps changes for as long as the page lives: where there is no room on the device, and in tests. */
export class MemoryStore implements OutboxStore {
  #records: Records;

  constructor(records: Records = []) {
    this.#records = records;
  }

  async read(): Promise<Records> {
    return this.#records;
  }

  async update(step: Step): Promise<Records> {
    this.#records = step(this.#records);
    return this.#records;
  }

  close(): void {
    // Nothing is held open.
  }
}
