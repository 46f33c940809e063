import { untrack } from 'svelte';
import { contact, isAnswering } from '../api/contact';
import type { Replica } from './replica.svelte';

/** `catching-up`: there is a way to the server, and what was missed, or what this device holds, is not here yet. */
export type ConnectionState = 'live' | 'saving' | 'catching-up' | 'offline';

/** A source of edits that may not be saved yet. */
export type UnsavedEdits = {
  count(): number;
  /** Number of them that need nothing but the connection: what waits for its author's password is not being saved. */
  moving(): number;
  /** True once the count is known: what an earlier visit left may not be read yet. */
  known(): boolean;
};

/** Time for which the failure of one request is told, in milliseconds. */
const ERROR_MS = 30_000;

/** State of this page's connection to the server, for the pill in the top bar: never better than it is. */
export class Connection {
  /** Times that contact came back: pages that ask the server ask again when it changes. */
  returns = $state(0);
  /** Sentence on what went wrong last; null since contact came back. */
  lastError = $state<string | null>(null);
  #replicas = $state.raw<readonly Replica[]>([]);
  #unsaved = $state.raw<readonly UnsavedEdits[]>([]);
  #probing = false;
  readonly #stop: () => void;

  constructor() {
    const quiet = contact.onFault((what) => void this.#doubt(what));
    const unwatch = $effect.root(() => {
      let wasOffline = false;
      $effect(() => {
        const { contact: state } = this;
        if (state === 'live') {
          this.lastError = null;
          if (wasOffline) untrack(() => this.returns++);
        }
        wasOffline = state === 'offline' || (wasOffline && state === 'catching-up');
      });
    });
    this.#stop = () => {
      quiet();
      unwatch();
    };
  }

  /** A document that is open; call the result when it is not any more. */
  watch(replica: Replica): () => void {
    // A document may be opened while a page is being derived, where nothing may be written.
    queueMicrotask(() => (this.#replicas = [...this.#replicas, replica]));
    return () => queueMicrotask(() => (this.#replicas = this.#replicas.filter((each) => each !== replica)));
  }

  /** Tells of a source of edits; call the result when it is gone. */
  count(unsaved: UnsavedEdits): () => void {
    this.#unsaved = [...this.#unsaved, unsaved];
    return () => (this.#unsaved = this.#unsaved.filter((each) => each !== unsaved));
  }

  /** Edits that are not committed. */
  get pending(): number {
    return this.#unsaved.reduce((sum, { count }) => sum + count(), 0);
  }

  get state(): ConnectionState {
    if (this.contact !== 'live') return this.contact;
    if (this.#unsaved.some(({ known }) => !known())) return 'catching-up';
    return this.#unsaved.some(({ moving }) => moving() > 0) ? 'saving' : 'live';
  }

  /** State of the way to the server, whatever is known of this device's edits: whoever asks the server goes by it. */
  get contact(): Exclude<ConnectionState, 'saving'> {
    // Nothing was opened yet: nothing is known of the server.
    if (this.#replicas.length === 0) return navigator.onLine ? 'catching-up' : 'offline';
    if (this.#replicas.some(({ state }) => state === 'offline')) return 'offline';
    return this.#replicas.some(({ state }) => state === 'connecting') ? 'catching-up' : 'live';
  }

  /** Time at which the server was last heard of, in milliseconds since 1970; null when never. */
  get lastContact(): number | null {
    const times = this.#replicas.map((replica) => replica.lastContact).filter((time) => time !== null);
    return times.length > 0 ? Math.max(...times) : null;
  }

  destroy(): void {
    this.#stop();
  }

  /** A request got no answer. Is it that request, or the way to the server? */
  async #doubt(what: string): Promise<void> {
    this.lastError = what;
    if (this.#probing || this.state === 'offline') return;
    this.#probing = true;
    const answering = await isAnswering();
    this.#probing = false;
    if (!answering) for (const replica of this.#replicas) replica.lost();
    // It was that request alone: not worth a word for long.
    else setTimeout(() => this.state !== 'offline' && (this.lastError = null), ERROR_MS);
  }
}
