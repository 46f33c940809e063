import { IndexeddbPersistence, storeState } from 'y-indexeddb';
import { WebsocketProvider } from 'y-websocket';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { DocumentName } from '$lib/protocol/documents';

/** Somebody who looks at the same document: identity as the server stamped it. */
export type Peer = { key: number; id: string; name: string; colour: number; at?: string };

export type ReplicaState = 'connecting' | 'live' | 'offline' | 'closed';

export type ReplicaOptions = {
  name: DocumentName;
  /** Documents of another epoch have nothing to do with these. */
  epoch: string;
  /** Whose device store this is: nobody else's session ever opens it. */
  personId: string;
  /** The socket was closed for good, with this code. */
  onclosed?: ((code: number) => void) | undefined;
};

/** Without a word from the server for so long, a waking page does not trust its socket. */
const STALE_MS = 20_000;
/** After a failed connection the first attempts come quickly; before this the page does not call itself offline. */
const GRACE_MS = 2_500;

/**
 * This device's copy of a document: kept in IndexedDB, brought up to date over a socket, shared by nobody who may not read
 * it. Read-only: the server is the one writer.
 */
export class Replica {
  readonly name: DocumentName;
  readonly doc = new Y.Doc();

  state = $state<ReplicaState>('connecting');
  closeCode = $state<number | null>(null);
  /** There is something to show, from the device or from the server. */
  loaded = $state(false);
  /** When the server was last heard of, in milliseconds since 1970. */
  lastContact = $state<number | null>(null);

  readonly #provider: WebsocketProvider;
  readonly #store: IndexeddbPersistence;
  readonly #onclosed: ReplicaOptions['onclosed'];
  #peers = $state.raw<Peer[]>([]);
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  #destroyed = false;

  constructor({ name, epoch, personId, onclosed }: ReplicaOptions) {
    this.name = name;
    this.#onclosed = onclosed;
    this.#store = new IndexeddbPersistence(storeName(name, epoch, personId), this.doc);
    void this.#store.whenSynced.then(() => this.#look());
    // A random ceiling keeps clients that were cut off together from coming back together.
    this.#provider = new WebsocketProvider(syncUrl(), name, this.doc, {
      params: { epoch },
      disableBc: true,
      awareness: new OwnAwareness(this.doc),
      maxBackoffTime: 5_000 + Math.random() * 10_000
    });
    this.#onlyOwnPresence();
    this.#provider.awareness.setLocalState({});
    this.#provider.on('status', ({ status }) => this.#onStatus(status));
    this.#provider.on('sync', (synced: boolean) => synced && this.#onSynced());
    this.#provider.on('connection-close', (event: CloseEvent | null) => this.#onClose(event?.code ?? 1006));
    this.#provider.awareness.on('change', () => this.#readPeers());
    this.doc.on('update', this.#look);
    addEventListener('online', this.#wake);
    addEventListener('offline', this.#lost);
    document.addEventListener('visibilitychange', this.#wake);
  }

  /** Others who are here, and oneself in other tabs. */
  get peers(): readonly Peer[] {
    return this.#peers;
  }

  /** Tells the others where in the page one is. */
  setAt(at: string | undefined): void {
    this.#provider.awareness.setLocalState(at === undefined ? {} : { at });
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    clearTimeout(this.#graceTimer);
    removeEventListener('online', this.#wake);
    removeEventListener('offline', this.#lost);
    document.removeEventListener('visibilitychange', this.#wake);
    this.#provider.destroy();
    void this.#store.destroy();
    this.doc.destroy();
  }

  /** Takes the document off this device: its person may not read it any more. */
  async forget(): Promise<void> {
    const { name } = this.#store;
    this.destroy();
    await deleteStore(name);
  }

  /** The stock provider also sends back what it hears of others, which is not ours to say. */
  #onlyOwnPresence(): void {
    const { awareness, _awarenessUpdateHandler: tell } = this.#provider;
    awareness.off('update', tell);
    const own = (ids: number[]) => ids.filter((id) => id === awareness.clientID);
    const tellOwn: typeof tell = (changes, origin) => {
      const [added, updated, removed] = [own(changes.added), own(changes.updated), own(changes.removed)];
      if (added.length + updated.length + removed.length > 0) tell({ added, updated, removed }, origin);
    };
    // The provider takes off what it finds here when it ends.
    this.#provider._awarenessUpdateHandler = tellOwn;
    awareness.on('update', tellOwn);
  }

  readonly #look = (): void => {
    if (!this.loaded && Y.encodeStateVector(this.doc).length > 1) this.loaded = true;
  };

  readonly #wake = (): void => {
    if (this.#destroyed || this.state === 'closed' || document.visibilityState === 'hidden') return;
    const stale = Date.now() - this.#provider.wsLastMessageReceived > STALE_MS;
    if (this.#provider.wsconnected && !stale) {
      // The network came and went, the socket stood.
      if (this.#provider.synced) this.state = 'live';
      return;
    }
    this.#provider.disconnect();
    this.#provider.connect();
  };

  readonly #lost = (): void => {
    if (this.state !== 'closed') this.state = 'offline';
  };

  #onStatus(status: 'connected' | 'disconnected' | 'connecting'): void {
    if (this.state === 'closed') return;
    if (status !== 'connected') return this.#doubt();
    this.lastContact = Date.now();
  }

  #onSynced(): void {
    clearTimeout(this.#graceTimer);
    this.#graceTimer = undefined;
    this.state = 'live';
    this.loaded = true;
    this.lastContact = Date.now();
    // Every page load leaves a full state behind; one is enough.
    void this.#store.whenSynced
      .then(async () => {
        if (!this.#destroyed) await storeState(this.#store, true);
      })
      .catch(() => undefined);
  }

  /** A short interruption is not worth a word. */
  #doubt(): void {
    if (this.state !== 'live' && this.state !== 'connecting') return;
    if (this.state === 'live') this.lastContact = Date.now();
    if (!navigator.onLine) this.state = 'offline';
    else
      this.#graceTimer ??= setTimeout(() => {
        this.#graceTimer = undefined;
        if (this.state !== 'closed' && !this.#provider.synced) this.state = 'offline';
      }, GRACE_MS);
  }

  #onClose(code: number): void {
    if (code < 4400 || code > 4499) return this.#doubt();
    clearTimeout(this.#graceTimer);
    this.closeCode = code;
    this.state = 'closed';
    this.#onclosed?.(code);
  }

  #readPeers(): void {
    const own = this.#provider.awareness.clientID;
    const peers: Peer[] = [];
    for (const [key, state] of this.#provider.awareness.getStates()) {
      const { id, name, colour, at } = state as Partial<Peer>;
      if (key === own || typeof id !== 'string' || typeof name !== 'string') continue;
      peers.push({ key, id, name, colour: colour ?? 1, ...(at === undefined ? {} : { at }) });
    }
    this.#peers = peers;
  }
}

/** The provider sends every update of presence to the server, those it got from there too: let it see our own alone. */
class OwnAwareness extends Awareness {
  override emit(...[name, args]: Parameters<Awareness['emit']>): void {
    if (name === 'update' && args[1] !== 'local') return;
    super.emit(name, args);
  }
}

const STORE_PREFIX = 'rolecall:';

function storeName(name: string, epoch: string, personId: string): string {
  return `${STORE_PREFIX}${name}@${epoch}|${personId}`;
}

function syncUrl(): string {
  return `${location.origin.replace(/^http/, 'ws')}/sync`;
}

/** Takes every document of every person off this device (signing out). */
export async function forgetAllDocuments(): Promise<void> {
  const stores = (await indexedDB.databases?.()) ?? [];
  const names = stores.map(({ name }) => name ?? '').filter((name) => name.startsWith(STORE_PREFIX));
  await Promise.all(names.map(deleteStore));
}

function deleteStore(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    // Another tab may still hold it: it is deleted when that tab lets go.
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}
