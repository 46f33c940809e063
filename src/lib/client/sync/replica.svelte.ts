import { WebsocketProvider } from 'y-websocket';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { FED_PERSON } from '$lib/protocol/acting-as';
import { CLOSE } from '$lib/protocol/close-codes';
import type { DocumentName } from '$lib/protocol/documents';
import { deleteDatabase } from '../device/device';
import { databaseName } from '../device/device-names';
import { generation } from '../device/device-pointer';
import type { Idleness } from './idleness';
import { KeptDocument } from './kept-document';
import { reconnectDelay } from './reconnect-delay';

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

/** `connecting`: there is a way to the server, and what was missed is not here yet. */
export type ReplicaState = 'connecting' | 'live' | 'offline' | 'closed';

export type ReplicaOptions = {
  name: DocumentName;
  /** Documents of another epoch have nothing to do with these. */
  epoch: string;
  /** Whose device store this is: nobody else's session ever opens it. */
  personId: string;
  /** Whether this device may keep the document: not what holds personal data of the log (P-01). */
  keep: boolean;
  /** Whether somebody is at this page. */
  idleness: Idleness;
  /** The server says that there is news for this person which no document shows. */
  onnews?: (() => void) | undefined;
  /** The socket was closed permanently, with this code. */
  onclosed?: ((code: number) => void) | undefined;
};

/** Without a word from the server for so long, a waking page does not trust its socket. */
const STALE_MS = 20_000;
/** The server says something every 15 s: after so long without a word the way to it is gone, whatever the socket says. */
const SILENT_MS = 28_000;
const LOOK_MS = 2_000;
/** After a failed connection the first attempts come quickly; before this the page does not call itself offline. */
const GRACE_MS = 2_500;

/**
 * This device's copy of a document: kept in IndexedDB, brought up to date over a socket, shared by nobody who may not read
 * it. Read-only: the server is the one writer.
 */
export class Replica {
  readonly name: DocumentName;
  readonly doc = new Y.Doc();

  state = $state<ReplicaState>(navigator.onLine ? 'connecting' : 'offline');
  closeCode = $state<number | null>(null);
  /** There is something to show, from the device or from the server. */
  loaded = $state(false);
  /** When the server was last heard of, in milliseconds since 1970. */
  lastContact = $state<number | null>(null);

  readonly #provider: WebsocketProvider;
  readonly #kept: KeptDocument | null;
  readonly #onclosed: ReplicaOptions['onclosed'];
  readonly #idleness: Idleness;
  readonly #quietIdleness: () => void;
  // A random ceiling, too, keeps clients that were cut off together from coming back together.
  readonly #longestWait = 5_000 + Math.random() * 10_000;
  readonly #lookTimer: ReturnType<typeof setInterval>;
  #peers = $state.raw<Peer[]>([]);
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  #returnTimer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #at: string | undefined;
  #destroyed = false;

  constructor({ name, epoch, personId, keep, idleness, onnews, onclosed }: ReplicaOptions) {
    this.name = name;
    this.#onclosed = onclosed;
    this.#idleness = idleness;
    this.#kept = keep
      ? new KeptDocument(
          databaseName({ kind: 'document', document: name, epoch, personId, generation: generation() }),
          this.doc
        )
      : null;
    void this.#kept?.loaded().then((contact) => {
      this.#look();
      this.lastContact ??= contact;
    });
    this.#provider = new WebsocketProvider(syncUrl(), name, this.doc, {
      // Whoever signs in next in this browser must not feed this person's copy.
      params: { epoch, [FED_PERSON]: personId },
      disableBc: true,
      awareness: new OwnAwareness(this.doc)
    });
    this.#onlyOwnPresence();
    this.#tellPresence();
    this.#quietIdleness = idleness.onChange(() => this.#tellPresence());
    this.#provider.on('status', ({ status }) => this.#onStatus(status));
    this.#provider.on('sync', (synced: boolean) => synced && this.#onSynced());
    this.#provider.on('connection-close', (event: CloseEvent | null) => this.#onClose(event?.code ?? 1006));
    const { awareness } = this.#provider;
    awareness.on('change', ({ added }: { added: number[] }) => {
      this.#readPeers();
      if (added.some((id) => awareness.getStates().get(id)?.['news'] === true)) onnews?.();
    });
    this.doc.on('update', this.#look);
    this.#lookTimer = setInterval(() => this.#listen(), LOOK_MS);
    addEventListener('online', this.#wake);
    addEventListener('pageshow', this.#wake);
    addEventListener('offline', this.lost);
    document.addEventListener('visibilitychange', this.#wake);
    document.addEventListener('resume', this.#wake);
  }

  /** The database of this document; null when the device keeps none. */
  get database(): string | null {
    return this.#kept?.name ?? null;
  }

  /** Others who are here, and oneself in other tabs. */
  get peers(): readonly Peer[] {
    return this.#peers;
  }

  /** Tells the others where in the page one is. */
  setAt(at: string | undefined): void {
    this.#at = at;
    this.#tellPresence();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#returnTimer);
    clearInterval(this.#lookTimer);
    removeEventListener('online', this.#wake);
    removeEventListener('pageshow', this.#wake);
    removeEventListener('offline', this.lost);
    document.removeEventListener('visibilitychange', this.#wake);
    document.removeEventListener('resume', this.#wake);
    this.#quietIdleness();
    this.#provider.destroy();
    this.#kept?.close();
    this.doc.destroy();
  }

  /** Takes the document off this device: its person may not read it any more. */
  async forget(): Promise<void> {
    const name = this.database;
    this.drop();
    if (name !== null) await deleteDatabase(name);
  }

  /** Lets go of the document: it is being deleted, here or by another tab. */
  drop(): void {
    if (this.state !== 'closed') {
      this.closeCode = CLOSE.notAllowed;
      this.state = 'closed';
    }
    this.destroy();
  }

  /** The way to the server is known to be gone, whatever the socket says. */
  readonly lost = (): void => {
    if (this.state === 'closed' || this.state === 'offline') return;
    if (this.state === 'live') this.#noteContact();
    this.state = 'offline';
    if (navigator.onLine) this.#dialAnew();
  };

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

  /** Says where one is, or that nobody is at the page; the server adds who that is. */
  #tellPresence(): void {
    const { now } = this.#idleness;
    const at = this.#at === undefined ? {} : { at: this.#at };
    const state = now === 'gone' ? null : now === 'idle' ? { idle: true } : at;
    this.#provider.awareness.setLocalState(state);
  }

  readonly #look = (): void => {
    if (!this.loaded && Y.encodeStateVector(this.doc).length > 1) this.loaded = true;
  };

  /** A waking page looks at once whether its socket is still one. */
  readonly #wake = (): void => {
    if (this.state === 'closed' || document.visibilityState === 'hidden') return;
    if (this.#provider.synced && this.#silence() < STALE_MS) {
      this.state = 'live';
      return;
    }
    this.#dialAnew();
  };

  #listen(): void {
    if (this.state !== 'live') return;
    if (this.#silence() > SILENT_MS) this.lost();
    else this.#kept?.note(this.#provider.wsLastMessageReceived);
  }

  /** How long the server said nothing, in milliseconds. */
  #silence(): number {
    return Date.now() - this.#provider.wsLastMessageReceived;
  }

  #dialAnew(): void {
    clearTimeout(this.#returnTimer);
    this.#provider.disconnect();
    // What closing began to wait for is overtaken.
    clearTimeout(this.#returnTimer);
    this.#provider.connect();
  }

  #onStatus(status: 'connected' | 'disconnected' | 'connecting'): void {
    if (this.state === 'closed') return;
    if (status !== 'connected') return this.#doubt();
    this.lastContact = Date.now();
    // There is a way again; until what was missed is here, this is no more than that.
    if (this.state === 'offline') this.state = 'connecting';
  }

  #onSynced(): void {
    clearTimeout(this.#graceTimer);
    this.#graceTimer = undefined;
    this.#attempts = 0;
    this.state = 'live';
    this.loaded = true;
    this.lastContact = Date.now();
    this.#kept?.note(this.lastContact, true);
    void this.#kept?.compact();
  }

  /** A short interruption is not worth a word. */
  #doubt(): void {
    if (this.state !== 'live' && this.state !== 'connecting') return;
    if (this.state === 'live') this.#noteContact();
    if (!navigator.onLine) this.state = 'offline';
    else
      this.#graceTimer ??= setTimeout(() => {
        this.#graceTimer = undefined;
        if (this.state !== 'closed' && !this.#provider.synced) this.state = 'offline';
      }, GRACE_MS);
  }

  /** When the server was last heard of, now that it is not any more. */
  #noteContact(): void {
    const heard = this.#provider.wsLastMessageReceived;
    if (heard === 0) return;
    this.lastContact = heard;
    this.#kept?.note(heard, true);
  }

  #onClose(code: number): void {
    if (code < 4400 || code > 4499) {
      this.#returnLater(code);
      return this.#doubt();
    }
    clearTimeout(this.#graceTimer);
    this.closeCode = code;
    this.state = 'closed';
    this.#onclosed?.(code);
  }

  /** Instead of the provider's own wait, which is the same in every browser. */
  #returnLater(code: number): void {
    this.#provider.shouldConnect = false;
    const wait = reconnectDelay(code, this.#attempts++, this.#longestWait, Math.random());
    clearTimeout(this.#returnTimer);
    this.#returnTimer = setTimeout(() => this.#destroyed || this.#provider.connect(), wait);
  }

  #readPeers(): void {
    const own = this.#provider.awareness.clientID;
    const peers: Peer[] = [];
    for (const [key, state] of this.#provider.awareness.getStates()) {
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

/** The provider sends every update of presence to the server, those it got from there too: let it see our own alone. */
class OwnAwareness extends Awareness {
  override emit(...[name, args]: Parameters<Awareness['emit']>): void {
    if (name === 'update' && args[1] !== 'local') return;
    super.emit(name, args);
  }
}

function syncUrl(): string {
  return `${location.origin.replace(/^http/, 'ws')}/sync`;
}
