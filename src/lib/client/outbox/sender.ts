import type { Refusal } from '$lib/core/access/refusal';
import { landingOf } from './answers';
import type { Records } from './record';
import { requestOf } from './requests';
import { land } from './steps/landing';
import { fixNext, hold, nextToSend, refuse } from './steps/sending';
import { StoreGone, type OutboxStore } from './store';
import type { Sent, Transport } from './transport';

/** Time, as the browser has it or as a simulation says. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after `ms`; the result takes it back. */
  after(ms: number, call: () => void): () => void;
};

/**
 * `idle`: nothing to send, or nothing that may be sent now. `sending`. `waiting`: for a connection. `signed-out`:
 * for its person to sign in again, whoever is signed in meanwhile. `gone`: the outbox was taken off the device.
 */
export type SenderState = 'idle' | 'sending' | 'waiting' | 'signed-out' | 'gone';

export type SenderPorts = {
  store: OutboxStore;
  send: Transport;
  /** Runs work while nobody else sends: other tabs, the service worker. */
  alone(work: () => Promise<void>): Promise<void>;
  clock: Clock;
  /** 0 ≤ x < 1 */
  random(): number;
  /** True if trying makes sense at all; followed by whoever shows what waits. */
  mayTry(): boolean;
  onrecords(records: Records): void;
  /** Called with the server's answer to a change. */
  onanswer?(op: string, answer: unknown): void;
  onstate(state: SenderState): void;
};

/**
 * True if some of what is pending gets no further now, and nothing can be said about when it will. A page that just
 * opened has not tried yet: that there is no network is known. What waits for a password does not wait for that.
 */
export function isStuck(state: SenderState, pending: Records, mayTry: () => boolean): boolean {
  if (pending.length === 0 || state === 'sending') return false;
  if (state === 'signed-out' || state === 'gone') return true;
  return nextToSend(pending) !== null && (state === 'waiting' || !mayTry());
}

/** Nothing is said about the change itself: its person is not here, or not quite. */
const NOT_HERE = new Set<Refusal['code']>(['auth/signed-out', 'auth/step-required', 'auth/other-session']);

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/**
 * Sends what waits, in order, one request at a time, until each has its answer. A change is fixed on the device
 * before it leaves: whatever breaks off (the connection, the page, the browser), it is asked again with the same
 * operation id, and the server answers a second time what it answered first.
 */
export class Sender {
  readonly #ports: SenderPorts;
  #state: SenderState = 'idle';
  #running = false;
  #again = false;
  #stopped = false;
  #failures = 0;
  #cancel: (() => void) | null = null;

  constructor(ports: SenderPorts) {
    this.#ports = ports;
  }

  /** Something new is there, or something changed that it waited for. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    if (this.#cancel === null) void this.#run();
  }

  /** Does not wait any longer for the time of the next try: the connection is back. */
  retryNow(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#failures = 0;
    this.wake();
  }

  /** Sends until nothing can be sent now. */
  async drain(): Promise<void> {
    if (this.#running || this.#stopped) return;
    this.#again = true;
    await this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#again && !this.#stopped && this.#cancel === null) {
        this.#again = false;
        await this.#ports.alone(async () => {
          while (!this.#stopped && (await this.#sendOne())) this.#failures = 0;
        });
      }
    } catch (error) {
      if (!(error instanceof StoreGone)) throw error;
      this.#stopped = true;
      this.#become('gone');
    } finally {
      this.#running = false;
    }
  }

  /** True when there may be more to send at once. */
  async #sendOne(): Promise<boolean> {
    const { store, send, clock, mayTry } = this.#ports;
    if (nextToSend(await store.read()) === null) return this.#rest('idle');
    if (!mayTry()) return this.#waitFor(this.#backoff());
    const records = await store.update(fixNext(clock.now()));
    this.#ports.onrecords(records);
    const record = nextToSend(records);
    if (record === null) return this.#rest('idle');
    this.#become('sending');
    const sent = await send(requestOf(record));
    if (this.#stopped) return false;
    const { op } = record;
    if (sent.is === 'lost') return this.#waitFor(this.#backoff());
    if (sent.is === 'refused') {
      const { refusal } = sent;
      if (refusal.code === 'busy') return this.#waitFor(refusal.retryAfter * 1000 * this.#jitter());
      if (NOT_HERE.has(refusal.code)) return this.#rest('signed-out');
    }
    if (sent.is === 'answer') this.#ports.onanswer?.(op, sent.answer);
    this.#ports.onrecords(await store.update(this.#settled(op, record, sent)));
    return true;
  }

  #settled(op: string, record: Records[number], sent: Exclude<Sent, { is: 'lost' }>) {
    const now = this.#ports.clock.now();
    if (sent.is === 'answer') return land(op, landingOf(record, sent.answer), now);
    return sent.refusal.code === 'auth/reauthenticate' ? hold(op) : refuse(op, sent.refusal, now);
  }

  #rest(state: SenderState): false {
    this.#become(state);
    return false;
  }

  #waitFor(ms: number): false {
    this.#cancel = this.#ports.clock.after(ms, () => {
      this.#cancel = null;
      this.wake();
    });
    return this.#rest('waiting');
  }

  #backoff(): number {
    return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++) * this.#jitter();
  }

  /** Half to all of a wait: those who were cut off together do not come back together. */
  #jitter(): number {
    return 0.5 + this.#ports.random() / 2;
  }

  #become(state: SenderState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#ports.onstate(state);
  }
}
