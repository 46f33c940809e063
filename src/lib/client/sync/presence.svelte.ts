import { Awareness } from 'y-protocols/awareness';
import type { Idleness } from './idleness';

/** Somebody who looks at the same document: identity as the server stamped it. */
export type Peer = {
  key: number;
  id: string;
  name: string;
  colour: number;
  at?: string;
  /** Nobody touched their page for a while. */
  idle?: true;
};

/**
 * The presence of this page alone leaves it. The stock provider sends every update of presence to the server, those
 * it got from there too: here it sees no update but our own.
 */
export class OwnAwareness extends Awareness {
  override emit(...[name, args]: Parameters<Awareness['emit']>): void {
    if (name === 'update' && args[1] !== 'local') return;
    super.emit(name, args);
  }
}

/** Others who look at a document, and what they are told of this page. */
export class Presence {
  readonly #awareness: Awareness;
  readonly #idleness: Idleness;
  readonly #quietIdleness: () => void;
  #peers = $state.raw<Peer[]>([]);
  #at: string | undefined;

  /** @param onnews the server says that there is news for this person which no document shows */
  constructor(awareness: Awareness, idleness: Idleness, onnews: (() => void) | undefined) {
    this.#awareness = awareness;
    this.#idleness = idleness;
    this.#announce();
    this.#quietIdleness = idleness.onChange(() => this.#announce());
    awareness.on('change', ({ added }: { added: number[] }) => {
      this.#readPeers();
      if (added.some((id) => awareness.getStates().get(id)?.['news'] === true)) onnews?.();
    });
  }

  /** Others who are here, and oneself in other tabs. */
  get peers(): readonly Peer[] {
    return this.#peers;
  }

  /** Tells the others where in the page one is. */
  setAt(at: string | undefined): void {
    this.#at = at;
    this.#announce();
  }

  /** Stops telling. The awareness is its provider's to end. */
  destroy(): void {
    this.#quietIdleness();
  }

  /** Says where one is, or that nobody is at the page; the server adds who that is. */
  #announce(): void {
    const { now } = this.#idleness;
    const at = this.#at === undefined ? {} : { at: this.#at };
    const state = now === 'gone' ? null : now === 'idle' ? { idle: true } : at;
    this.#awareness.setLocalState(state);
  }

  #readPeers(): void {
    const own = this.#awareness.clientID;
    const peers: Peer[] = [];
    for (const [key, state] of this.#awareness.getStates()) {
      const { id, name, colour, at, idle } = state as Partial<Peer>;
      if (key === own || typeof id !== 'string' || typeof name !== 'string') continue;
      peers.push({
        key,
        id,
        name,
        colour: colour ?? 1,
        ...(at === undefined ? {} : { at }),
        ...(idle === undefined ? {} : { idle })
      });
    }
    this.#peers = peers;
  }
}
