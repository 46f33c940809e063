import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { AccountKind } from '../src/lib/core/sign-in/account';
import { Bucket } from '../src/lib/server/api/http/bucket';
import { CLOSE } from '../src/lib/protocol/close-codes';
import type { DocumentName } from '../src/lib/protocol/documents';
import { BadFrame, presenceFrame, readFrame, step2Frame, type Broadcast, type PresenceClaim } from './frames';
import { LIMITS } from './limits';
import type { ClaimOutcome, Identity, PresenceEntry, PresenceList } from './presence';

/** Account behind a socket, as last judged. */
export type Holder = {
  sid: string;
  personId: string;
  kind: AccountKind;
  name: string;
  roleId: string;
  /** Package that a user's role comes from; null of an administrator. */
  packageId: string | null;
  owner: boolean;
  /** True if the document of their own gauges shows any. */
  seesUsage: boolean;
  /** Staff member who is behind it in the user's place; null: the person is. */
  visit: { by: { id: string; roleId: string; owner: boolean }; parentSid: string } | null;
};

/** The room that a connection reads in, as far as it knows it. */
export type ReadRoom = {
  readonly name: DocumentName;
  readonly presence: Pick<PresenceList, 'entry'>;
  ask(reader: Connection, vector: ReadonlyMap<number, number>): void;
  answer(reader: Connection, clock: number): void;
  greet(reader: Connection): void;
  /** Tells it again who is here, and who is not any more. */
  remind(reader: Connection): void;
  speak(reader: Connection, client: number): boolean;
  claim(claim: PresenceClaim, identity: Identity, now: number): ClaimOutcome;
  leave(reader: Connection): void;
};

/**
 * State of a reader against its document.
 *
 *   waiting ──first difference──▶ current
 *      │  ▲                        │  ▲
 *  too much unread, caught up   the same
 *      ▼  │                        ▼  │
 *   lagging (not synced)        lagging (synced)          every one of them ──the end──▶ closed
 *
 * `waiting`: it asked for nothing yet, or has had no answer. `current`: it gets every change. `lagging`: it gets
 * nothing until it has read what waits for it, and then one difference above `clock`; `since` on the clock of this
 * process, in milliseconds.
 */
type Reading =
  | { is: 'waiting' }
  | { is: 'current' }
  | { is: 'lagging'; clock: number; since: number; synced: boolean }
  | { is: 'closed' };

/**
 * One socket on one document. Frames are handled one after another and each is judged by the authority in memory,
 * which is kept current (authority-watch); after a fault the socket is closed and the rest is dropped.
 */
export class Connection {
  holder: Holder;
  readonly document: DocumentName;
  readonly address: string;
  heardAt: number;

  readonly #socket: WebSocket;
  readonly #stream: Writable | null;
  readonly #room: ReadRoom;
  readonly #messages: Bucket;
  readonly #bytes: Bucket;
  readonly #presence: Bucket;
  readonly #questions: Bucket;
  #client: number | null = null;
  #meets: boolean | null = null;
  #reading: Reading = { is: 'waiting' };
  /** Something of who is here was kept from it while it had more urgent things to read. */
  #owedPresence = false;

  /**
   * @param stream what `socket` writes to, whole messages alone and each at once, so that others may come in between:
   *   true while nothing is compressed or sent in parts. Null: only `socket` may write
   */
  constructor(
    socket: WebSocket,
    room: ReadRoom,
    holder: Holder,
    address: string,
    now: number,
    stream: Writable | null = null
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#room = room;
    this.holder = holder;
    this.document = room.name;
    this.address = address;
    this.heardAt = now;
    this.#messages = new Bucket(LIMITS.messages, now);
    this.#bytes = new Bucket(LIMITS.bytes, now);
    this.#presence = new Bucket(LIMITS.presence, now);
    this.#questions = new Bucket(LIMITS.questions, now);
  }

  get client(): number | null {
    return this.#client;
  }

  get closed(): boolean {
    return this.#reading.is === 'closed';
  }

  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Says whether its person may know who else reads this. One who may no longer, or now may, comes back: what their
   * page knows of others ends with the socket.
   */
  setMeets(meets: boolean): void {
    const before = this.#meets;
    this.#meets = meets;
    if (before !== null && before !== meets) this.close(CLOSE.restarting, 'other rights');
  }

  /** Handles a frame of a client. */
  receive(data: Uint8Array, isBinary: boolean, now: number): void {
    if (this.closed) return;
    this.heardAt = now;
    if (!isBinary) return this.close(CLOSE.unsupported, 'binary frames only');
    if (!this.#messages.take(1, now) || !this.#bytes.take(data.length, now))
      return this.close(CLOSE.limitBroken, 'too many messages');
    try {
      this.#handle(readFrame(data), now);
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      this.close(CLOSE.limitBroken, 'malformed message');
    }
  }

  /** A ping or pong of the client: a sign of life that costs us something, too. */
  receiveControl(now: number): void {
    this.heardAt = now;
    if (!this.#messages.take(1, now)) this.close(CLOSE.limitBroken, 'too many messages');
  }

  #handle(frame: ReturnType<typeof readFrame>, now: number): void {
    if (frame.kind === 'ignored') return;
    if (frame.kind === 'presence') {
      this.#hear(frame.claims, now);
      return;
    }
    // A question of a few bytes can have a long answer.
    if (!this.#questions.take(1, now)) return this.close(CLOSE.limitBroken, 'too many questions');
    if (frame.kind === 'step1') this.#room.ask(this, frame.vector);
    else this.#room.greet(this);
  }

  /**
   * Takes what a client says of itself. Stock clients repeat to the server what they heard of others: that is
   * dropped, and costs them nothing.
   */
  #hear(claims: readonly PresenceClaim[], now: number): void {
    const [first] = claims;
    if (this.#client === null && claims.length === 1 && first && this.#room.speak(this, first.client))
      this.#client = first.client;
    const own = claims.find((claim) => claim.client === this.#client);
    if (own && this.#presence.take(1, now)) this.#claim(own, now);
  }

  #claim(claim: PresenceClaim, now: number): void {
    const who = { id: this.holder.personId, name: this.holder.name };
    const outcome = this.#room.claim(claim, who, now);
    if (outcome === 'bad') return this.close(CLOSE.limitBroken, 'malformed presence');
    // A stock client that hears that it left answers with a newer clock: so it is back at once after a reconnection.
    const shown = this.#room.presence.entry(claim.client);
    if (outcome === 'old' && shown) this.#oweOrSend(presenceFrame([shown]));
  }

  /** Sends a first or later difference. */
  sendDifference(update: Uint8Array): void {
    const reading = this.#reading;
    if (reading.is === 'closed') return;
    this.#reading = reading.is === 'lagging' ? { ...reading, synced: true } : { is: 'current' };
    this.#send(step2Frame(update));
  }

  /**
   * True when the reader lags, or is gone: the former gets everything above `clock` once it has read what waits for
   * it.
   */
  defer(clock: number): boolean {
    const reading = this.#reading;
    if (reading.is === 'closed') return true;
    if (!this.#lags) return false;
    this.#reading =
      reading.is === 'lagging'
        ? { ...reading, clock: Math.min(clock, reading.clock) }
        : { is: 'lagging', clock, since: performance.now(), synced: reading.is === 'current' };
    return true;
  }

  /** Sends a change that everybody gets; a lagging reader gets one difference later instead. */
  sendUpdate({ frame, message }: Broadcast, clockBefore: number, now: number): void {
    if (this.#reading.is !== 'current') return;
    if (this.#lags) this.#reading = { is: 'lagging', clock: clockBefore, since: now, synced: true };
    else if (this.#stream === null) this.#send(frame);
    else if (this.#isOpen) this.#stream.write(message);
  }

  /**
   * Tells who is here, `frame` says it of all `entries`: those whom its person may know of, themselves in other tabs
   * in any case.
   */
  sendPresence(entries: readonly PresenceEntry[], frame: Uint8Array): void {
    if (this.#meets) return this.#oweOrSend(frame);
    const own = entries.filter(({ person }) => person === this.holder.personId);
    if (own.length > 0) this.#oweOrSend(presenceFrame(own));
  }

  /** Sends what is not worth keeping for a reader that has more urgent things to catch up with. */
  sendIfRead(frame: Uint8Array): void {
    if (!this.#lags) this.#send(frame);
  }

  /**
   * Sends presence; to a reader that has more urgent things to catch up with, once it has read them: its own page
   * renews nothing for 15 s.
   */
  #oweOrSend(frame: Uint8Array): void {
    if (this.#lags) this.#owedPresence = true;
    else this.#send(frame);
  }

  get #lags(): boolean {
    return this.buffered > LIMITS.laggingBytes;
  }

  /** Looks whether a lagging reader has caught up, or is hopeless. */
  checkLag(now: number): void {
    if (this.buffered > LIMITS.closeBytes) return this.close(CLOSE.tooSlow, 'too slow');
    if (this.#owedPresence && !this.#lags) {
      this.#owedPresence = false;
      this.#room.remind(this);
    }
    const reading = this.#reading;
    if (reading.is !== 'lagging') return;
    if (this.buffered < LIMITS.laggingBytes / 4) {
      this.#reading = { is: reading.synced ? 'current' : 'waiting' };
      this.#room.answer(this, reading.clock);
    } else if (now - reading.since > LIMITS.laggingMs) this.close(CLOSE.tooSlow, 'too slow');
  }

  ping(): void {
    if (!this.closed) this.#socket.ping();
  }

  /** Closes with a reason. A client that does not answer the close is cut off. */
  close(code: number, reason: string): void {
    if (this.closed) return;
    this.#reading = { is: 'closed' };
    this.#room.leave(this);
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), 2000).unref();
  }

  /** The socket is gone, whoever ended it. */
  gone(): void {
    if (this.closed) return;
    this.#reading = { is: 'closed' };
    this.#room.leave(this);
  }

  terminate(): void {
    this.gone();
    this.#socket.terminate();
  }

  #send(frame: Uint8Array): void {
    if (!this.closed && this.#isOpen) this.#socket.send(frame, { binary: true, compress: false });
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }
}
