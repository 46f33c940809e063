import type { Replica } from './replica.svelte';

export type ConnectionState = 'live' | 'saving' | 'offline';

/** How this page stands with the server, for the pill in the top bar: never better than it is. */
export class Connection {
  #replicas = $state.raw<readonly Replica[]>([]);
  #unsaved = $state.raw<readonly (() => number)[]>([]);

  /** A document that is open; call the result when it is not any more. */
  watch(replica: Replica): () => void {
    // A document may be opened while a page is being derived, where nothing may be written.
    queueMicrotask(() => (this.#replicas = [...this.#replicas, replica]));
    return () => queueMicrotask(() => (this.#replicas = this.#replicas.filter((each) => each !== replica)));
  }

  /** A source of edits that may not be saved yet; call the result when it is gone. */
  count(unsaved: () => number): () => void {
    this.#unsaved = [...this.#unsaved, unsaved];
    return () => (this.#unsaved = this.#unsaved.filter((each) => each !== unsaved));
  }

  /** Edits that are not committed. */
  get pending(): number {
    return this.#unsaved.reduce((sum, count) => sum + count(), 0);
  }

  get state(): ConnectionState {
    if (this.#replicas.some((replica) => replica.state === 'offline')) return 'offline';
    return this.pending > 0 ? 'saving' : 'live';
  }

  /** When the server was last heard of; null when never. */
  get lastContact(): number | null {
    const times = this.#replicas.map((replica) => replica.lastContact).filter((time) => time !== null);
    return times.length > 0 ? Math.max(...times) : null;
  }
}
