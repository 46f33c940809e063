import { CLOSE } from '../src/lib/protocol/close-codes';
import type { Connection } from './connection';
import { HEARTBEAT } from './frames';
import { LIMITS } from './limits';

/** Time readers have to answer a goodbye, in milliseconds. */
const GOODBYE_MS = 3000;

/** All sockets of this process, whatever they read, and what is asked of each of them from time to time. */
export class Connections implements Iterable<Connection> {
  readonly #open = new Set<Connection>();

  get size(): number {
    return this.#open.size;
  }

  /** Amount that waits to be sent to all of them, in bytes. */
  get buffered(): number {
    let bytes = 0;
    for (const connection of this.#open) bytes += connection.buffered;
    return bytes;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open.values();
  }

  add(connection: Connection): void {
    this.#open.add(connection);
  }

  delete(connection: Connection): void {
    this.#open.delete(connection);
  }

  ping(): void {
    for (const connection of this.#open) connection.ping();
  }

  beat(): void {
    for (const connection of this.#open) connection.sendIfRead(HEARTBEAT);
  }

  /** Serves readers that caught up, and closes the slowest tenth where all of them together take too much memory. */
  checkLag(now: number): void {
    for (const connection of this.#open) connection.checkLag(now);
    if (this.buffered <= LIMITS.allBuffersBytes) return;
    const slowest = [...this.#open].sort((a, b) => b.buffered - a.buffered);
    for (const connection of slowest.slice(0, Math.ceil(slowest.length / 10)))
      connection.close(CLOSE.tooSlow, 'too slow');
  }

  /** Cuts off those that gave no sign of life. */
  endTheDead(now: number): void {
    for (const connection of this.#open) if (now - connection.heardAt > LIMITS.deadMs) connection.terminate();
  }

  /** Tells everybody to come back, and cuts off whoever does not answer. */
  async sayGoodbye(): Promise<void> {
    for (const connection of [...this.#open]) connection.close(CLOSE.restarting, 'restarting');
    const deadline = Date.now() + GOODBYE_MS;
    while (this.#open.size > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    for (const connection of [...this.#open]) connection.terminate();
  }
}
