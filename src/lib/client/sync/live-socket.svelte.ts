import { serverNow, serverTime } from '../api/server-clock';
import type { WebsocketProvider } from 'y-websocket';
import { CLOSE } from '$lib/protocol/close-codes';
import { reconnectDelay } from './reconnect-delay';

/**
 * State of a document's connection.
 *
 *   connecting ──what was missed is here──▶ live ──silence, no network──▶ offline ──a way again──▶ connecting
 *       └──────────no way for a while──────────────────────────────────────▲
 *   each of them ──closed for good by the server, or let go here──▶ closed
 *
 * `connecting`: there may be a way to the server, and what was missed is not here yet.
 */
export type SocketState = 'connecting' | 'live' | 'offline' | 'closed';

/** Part of the socket's provider that is used here. */
export type SocketProvider = Pick<
  WebsocketProvider,
  'connect' | 'disconnect' | 'shouldConnect' | 'synced' | 'wsLastMessageReceived' | 'on'
>;

export type SocketListener = {
  /** Everything that was missed is here. */
  synced(): void;
  /** The server was heard of at this moment, in milliseconds since 1970; `final`: and is not any more, or is again. */
  heard(at: number, final: boolean): void;
  /** The socket was closed for good by the server, with this code. */
  closed(code: number): void;
};

/** Milliseconds without a word from the server after which a waking page does not trust its socket. */
const STALE_MS = 20_000;
/**
 * The server says something every 15 s: after so long without a word the way to it is gone, whatever the socket
 * says.
 */
const SILENT_MS = 28_000;
const LOOK_MS = 2_000;
/**
 * Milliseconds after a failed connection in which attempts come quickly, and the page does not call itself offline.
 */
const GRACE_MS = 2_500;
/** Milliseconds in which what an open socket is to bring has to be here: on a bad line it takes its time. */
const CONTENTS_MS = 15_000;

/**
 * Keeps the socket of one document alive, and says how it stands: dials anew after silence, sleep and loss, never
 * all at once.
 */
export class LiveSocket {
  state = $state<SocketState>(navigator.onLine ? 'connecting' : 'offline');
  /** The code it was closed with for good; null: it was not. */
  closeCode = $state<number | null>(null);
  /** Time at which the server was last heard of, in milliseconds since 1970; null: not known. */
  lastContact = $state<number | null>(null);

  readonly #provider: SocketProvider;
  readonly #listener: SocketListener;
  // A random ceiling, too, keeps clients that were cut off together from coming back together.
  readonly #longestWait = 5_000 + Math.random() * 10_000;
  readonly #lookTimer: ReturnType<typeof setInterval>;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  /** True if the grace is that of an open socket, whose contents are on their way. */
  #isBringing = false;
  #returnTimer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #destroyed = false;

  constructor(provider: SocketProvider, listener: SocketListener) {
    this.#provider = provider;
    this.#listener = listener;
    provider.on('status', ({ status }) => this.#onStatus(status));
    provider.on('sync', (synced: boolean) => synced && this.#onSynced());
    provider.on('connection-close', (event: CloseEvent | null) => this.#onClose(event?.code ?? 1006));
    this.#lookTimer = setInterval(() => this.#listen(), LOOK_MS);
    addEventListener('online', this.#wake);
    addEventListener('pageshow', this.#wake);
    addEventListener('offline', this.lost);
    document.addEventListener('visibilitychange', this.#wake);
    document.addEventListener('resume', this.#wake);
  }

  /** Closed from this side, for good: as if its person might not read it any more. */
  drop(): void {
    if (this.state === 'closed') return;
    this.closeCode = CLOSE.notAllowed;
    this.state = 'closed';
  }

  /** Stops looking after the socket. It is its provider's to close. */
  destroy(): void {
    this.#destroyed = true;
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#returnTimer);
    clearInterval(this.#lookTimer);
    removeEventListener('online', this.#wake);
    removeEventListener('pageshow', this.#wake);
    removeEventListener('offline', this.lost);
    document.removeEventListener('visibilitychange', this.#wake);
    document.removeEventListener('resume', this.#wake);
  }

  /** The way to the server is known to be gone, whatever the socket says. */
  readonly lost = (): void => {
    if (this.state === 'closed' || this.state === 'offline') return;
    if (this.state === 'live') this.#noteContact();
    this.state = 'offline';
    if (navigator.onLine) this.#dialAnew();
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
    else this.#listener.heard(serverTime(this.#provider.wsLastMessageReceived), false);
  }

  /** Time since the server was last heard of, in milliseconds. */
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
    this.lastContact = serverNow();
    // There is a way again; until what was missed is here, this is no more than that.
    if (this.state === 'offline') this.state = 'connecting';
    // What was live and is not brought up to date soon is told as it was: as offline.
    if (this.state === 'connecting') this.#giveUpAfter(CONTENTS_MS);
  }

  #onSynced(): void {
    clearTimeout(this.#graceTimer);
    this.#graceTimer = undefined;
    this.#attempts = 0;
    this.state = 'live';
    this.lastContact = serverNow();
    this.#listener.heard(this.lastContact, true);
    this.#listener.synced();
  }

  /** A short interruption is not worth a word. */
  #doubt(): void {
    if (this.state !== 'live' && this.state !== 'connecting') return;
    if (this.state === 'live') this.#noteContact();
    if (!navigator.onLine) this.state = 'offline';
    else if (this.#graceTimer === undefined || this.#isBringing) this.#giveUpAfter(GRACE_MS);
  }

  #giveUpAfter(ms: number): void {
    clearTimeout(this.#graceTimer);
    this.#isBringing = ms === CONTENTS_MS;
    this.#graceTimer = setTimeout(() => {
      this.#graceTimer = undefined;
      if (this.state !== 'closed' && !this.#provider.synced) this.state = 'offline';
    }, ms);
  }

  /** Notes when the server was last heard of, now that it is not any more. */
  #noteContact(): void {
    const heard = this.#provider.wsLastMessageReceived;
    if (heard === 0) return;
    this.lastContact = serverTime(heard);
    this.#listener.heard(this.lastContact, true);
  }

  #onClose(code: number): void {
    if (code < 4400 || code > 4499) {
      this.#returnLater(code);
      return this.#doubt();
    }
    clearTimeout(this.#graceTimer);
    this.closeCode = code;
    this.state = 'closed';
    this.#listener.closed(code);
  }

  /** Returns after a wait of our own: the provider's is the same in every browser. */
  #returnLater(code: number): void {
    this.#provider.shouldConnect = false;
    const wait = reconnectDelay(code, this.#attempts++, this.#longestWait, Math.random());
    clearTimeout(this.#returnTimer);
    this.#returnTimer = setTimeout(() => this.#destroyed || this.#provider.connect(), wait);
  }
}
