import * as Y from 'yjs';
import {
  clockOf,
  loadUpdates,
  newServerDocument,
  SERVER_CLIENT,
  vectorAt
} from '../src/lib/documents/server-writer';
import { CLOSE } from '../src/lib/protocol/close-codes';
import type { DocumentName } from '../src/lib/protocol/documents';
import type { Queryable } from '../src/lib/server/db/driver/client';
import { readDocument, type DocumentChange } from '../src/lib/server/db/tables/documents-table';
import type { Connection, ReadRoom } from './connection';
import { presenceFrame, updateBroadcast, type PresenceClaim } from './frames';
import { PresenceList, type ClaimOutcome, type Identity, type PresenceEntry } from './presence';

/**
 * One document and everybody who reads it here. The document is the database's; this is a copy that follows it, so a
 * room can be dropped at any moment and read again.
 */
export class Room implements ReadRoom {
  readonly name: DocumentName;
  /** Name among rooms; of a document that is another one for each person, with the person's id. */
  readonly key: string;
  readonly connections = new Set<Connection>();
  readonly presence = new PresenceList();
  /** Number of readers being let in: a room that somebody waits for is not dropped. */
  entering = 0;

  protected doc: Y.Doc = newServerDocument();
  #whole: Uint8Array | null = null;
  #following: Promise<void> | null = null;
  #again = false;
  /** Connection that speaks for each client id. */
  readonly #speakers = new Map<number, Connection>();

  /** False when the database has no such document (any more). */
  exists = false;

  readonly #db: Queryable;

  constructor(name: DocumentName, db: Queryable, key: string = name) {
    this.name = name;
    this.key = key;
    this.#db = db;
  }

  get clock(): number {
    return clockOf(this.doc);
  }

  /**
   * Reads what is new in the database and sends it to everybody. Calls while one is under way are folded into one more.
   * A document that does not exist (any more) ends the room.
   */
  follow(): Promise<void> {
    if (this.#following) {
      this.#again = true;
      return this.#following;
    }
    this.#following = this.#catchUp().finally(() => (this.#following = null));
    return this.#following;
  }

  async #catchUp(): Promise<void> {
    do {
      this.#again = false;
      const before = this.clock;
      const stored = await readDocument(this.#db, this.name, before);
      this.exists = stored !== null;
      if (!stored) {
        this.closeAll(CLOSE.noSuchDocument, 'no such document');
        return;
      }
      if (stored.clock < before) {
        // The database is older than what readers were told: it was put back to another moment. Begin anew.
        this.closeAll(CLOSE.otherEpoch, 'another epoch');
        this.doc = newServerDocument();
        this.#whole = null;
        this.#again = true;
        continue;
      }
      if (stored.clock > before) this.#take(stored.snapshot, stored.updates, before);
    } while (this.#again);
  }

  /**
   * Takes a change that was committed in this process; false when it does not follow what is here: the database must
   * be asked.
   */
  take(change: DocumentChange): boolean {
    if (this.#following || !this.exists || this.clock < change.before) return false;
    // It was read already: the database told of it first.
    if (this.clock >= change.clock) return true;
    if (this.clock !== change.before) return false;
    this.#take(null, [change], change.before);
    return true;
  }

  #take(snapshot: Uint8Array | null, updates: { clock: number; data: Uint8Array }[], before: number): void {
    this.#whole = null;
    if (snapshot && snapshot.length > 0) {
      loadUpdates(this.doc, [snapshot, ...updates.map((update) => update.data)]);
      if (before > 0) this.broadcast(Y.encodeStateAsUpdate(this.doc, vectorAt(before)), before);
      return;
    }
    let clock = before;
    for (const update of updates) {
      loadUpdates(this.doc, [update.data]);
      this.broadcast(update.data, clock);
      clock = update.clock;
    }
  }

  protected broadcast(update: Uint8Array, clockBefore: number): void {
    if (this.connections.size === 0) return;
    const told = updateBroadcast(update);
    const now = performance.now();
    for (const connection of this.connections) connection.sendUpdate(told, clockBefore, now);
  }

  /**
   * Answers a reader's question for what it lacks. What others than the server wrote is a client's own and means
   * nothing here.
   */
  ask(connection: Connection, vector: ReadonlyMap<number, number>): void {
    this.answer(connection, vector.get(SERVER_CLIENT) ?? 0);
  }

  /** Answers a reader who has everything below `clock` with the rest; one who does not read gets it when it does. */
  answer(connection: Connection, clock: number): void {
    if (connection.defer(clock)) return;
    if (clock > this.clock) return void this.#answerAhead(connection, clock);
    if (clock === 0) connection.sendDifference((this.#whole ??= Y.encodeStateAsUpdate(this.doc)));
    else connection.sendDifference(Y.encodeStateAsUpdate(this.doc, vectorAt(clock)));
  }

  /** Ahead of us: another process told it of a change that is on its way here, or the database was put back. */
  async #answerAhead(connection: Connection, clock: number): Promise<void> {
    try {
      await this.follow();
    } catch {
      // The database is away: that says nothing about the reader. Come back later.
      return connection.close(CLOSE.tooSlow, 'not now');
    }
    if (clock > this.clock) connection.close(CLOSE.otherEpoch, 'another epoch');
    else this.answer(connection, clock);
  }

  /** Tells whoever comes who is here. */
  greet(connection: Connection): void {
    const here = this.presence.everybody();
    if (here.length > 0) connection.sendPresence(here, presenceFrame(here));
  }

  remind(connection: Connection): void {
    const known = this.presence.known();
    if (known.length > 0) connection.sendPresence(known, presenceFrame(known));
  }

  /** The connection that speaks for a client id; null when nobody does. */
  ownerOf(client: number): Connection | null {
    return this.#speakers.get(client) ?? null;
  }

  /**
   * Lets a connection speak for a client id; false when somebody else does, here or (as far as is known) in another
   * process.
   */
  speak(connection: Connection, client: number): boolean {
    const shown = this.presence.entry(client);
    const taken =
      shown !== undefined && shown.state !== 'null' && shown.person !== connection.holder.personId;
    if (taken || this.#speakers.has(client)) return false;
    this.#speakers.set(client, connection);
    return true;
  }

  claim(claim: PresenceClaim, identity: Identity, now: number): ClaimOutcome {
    return this.presence.claim(claim, identity, now);
  }

  /** Takes what another process says of who is there. */
  takeRelayed(entries: readonly PresenceEntry[]): void {
    const now = performance.now();
    for (const entry of entries) this.presence.takeRelayed(entry, this.#speakers.has(entry.client), now);
  }

  /** Those who are connected here and present. */
  presentHere(): PresenceEntry[] {
    return this.presence.everybody().filter((entry) => this.#speakers.has(entry.client));
  }

  leave(connection: Connection): void {
    this.connections.delete(connection);
    const { client } = connection;
    if (client === null || this.#speakers.get(client) !== connection) return;
    this.#speakers.delete(client);
    this.presence.leave(client);
  }

  closeAll(code: number, reason: string): void {
    for (const connection of [...this.connections]) connection.close(code, reason);
  }

  /** Sends presence that changed, in one frame, to those who may know; returns it for other processes. */
  flushPresence(): ReturnType<PresenceList['takeChanges']> {
    const changes = this.presence.takeChanges();
    if (changes.length === 0) return [];
    const frame = presenceFrame(changes);
    for (const connection of this.connections) connection.sendPresence(changes, frame);
    return changes;
  }
}
