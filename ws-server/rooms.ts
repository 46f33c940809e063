import { setTimeout as sleep } from 'node:timers/promises';
import { isVolatile, roleOfDocument, type DocumentName } from '../src/lib/protocol/documents';
import { readClocks, type DocumentChange } from '../src/lib/server/db/tables/documents-table';
import { readRoles } from '../src/lib/server/db/tables/roles-table';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { GaugeRooms } from './gauge-rooms';
import { LIMITS } from './limits';
import { LiveRoom } from './live-room';
import type { PresenceEntry } from './presence';
import { ownKey, type Reader } from './reader';
import { Room } from './room';

/** Way by which rooms tell the other processes who is in them. */
export type PresenceAnnouncer = {
  announce(doc: string, entries: readonly PresenceEntry[]): void;
  ask(doc: string): void;
};

/**
 * The documents that somebody reads here, a room each: opened by their first reader, dropped some time after the
 * last.
 */
export class Rooms {
  readonly #rooms = new Map<string, Room>();
  /** Changes that this process commits at this moment: the clocks that documents will have. */
  readonly #expected = new Set<ReadonlyMap<string, number>>();
  readonly #deps: Deps;
  readonly #teller: PresenceAnnouncer;
  /** Rooms of the documents that move all the time. */
  readonly gauges: GaugeRooms;

  /** @param teller asked when rooms are used, never while they are made */
  constructor(deps: Deps, teller: PresenceAnnouncer) {
    this.#deps = deps;
    this.#teller = teller;
    this.gauges = new GaugeRooms(deps, () => this.#rooms.values());
  }

  get size(): number {
    return this.#rooms.size;
  }

  /**
   * The room in which a person reads a document, in step with the database; one that is due is waited for. It may be
   * one that does not exist.
   */
  async open(name: DocumentName, reader: Reader): Promise<Room> {
    const own = name === 'own' ? reader : null;
    const key = own ? ownKey(own) : name;
    const present = this.#rooms.get(key);
    const room = present ?? this.#make(name, key, own);
    this.#rooms.set(key, room);
    if (!present) this.#teller.ask(key);
    room.entering += 1;
    try {
      // A room that nobody was in may have missed a notification.
      if (room.connections.size === 0) await room.follow();
      const deadline = performance.now() + LIMITS.documentDueMs;
      while (!room.exists && performance.now() < deadline && (await this.isDue(name))) {
        await sleep(50);
        await room.follow();
      }
    } finally {
      room.entering -= 1;
    }
    return room;
  }

  #make(name: DocumentName, key: string, reader: Reader | null): Room {
    const { db } = this.#deps;
    return isVolatile(name)
      ? new LiveRoom(name, { key, reader, db }, () => this.gauges.look(reader))
      : new Room(name, db, key);
  }

  /**
   * True if the sequencer is about to write a document: its record is committed. A final "no such" would be wrong
   * then.
   */
  async isDue(name: DocumentName): Promise<boolean> {
    if (isVolatile(name)) return false;
    const role = roleOfDocument(name);
    return role === null || (await readRoles(this.#deps.db, [role])).length > 0;
  }

  /** Reads what is new in a document that is open here. Never fails: the next look comes within seconds. */
  async follow(name: string): Promise<void> {
    await this.#rooms
      .get(name)
      ?.follow()
      .catch((error: unknown) =>
        this.#deps.log.warn({ err: error, document: name }, 'document could not be followed')
      );
  }

  /** Takes changes this process is about to commit: they are shown where the document is open once committed. */
  expect(changes: readonly DocumentChange[]): (isCommitted: boolean) => void {
    const clocks = new Map(changes.map(({ name, clock }) => [name, clock]));
    this.#expected.add(clocks);
    return (isCommitted) => {
      this.#expected.delete(clocks);
      for (const change of changes)
        if (!isCommitted || this.#rooms.get(change.name)?.take(change) === false)
          void this.follow(change.name);
    };
  }

  /**
   * Hears of a change, by whichever process: the name of a document and its clock, or the name alone when it is taken
   * away.
   */
  async hear(notice: string): Promise<void> {
    const [name = '', stated] = notice.split(' ');
    const clock = stated === undefined ? Infinity : Number(stated);
    const room = this.#rooms.get(name);
    if (!room || (room.exists && room.clock >= clock)) return;
    // Of what this process commits the database often tells before it answers.
    if (![...this.#expected].some((clocks) => (clocks.get(name) ?? 0) >= clock)) await this.follow(name);
  }

  /** Finds what a lost notification left behind: one query for all documents that are open here. */
  async lookAround(): Promise<void> {
    const stored = [...this.#rooms.values()].filter(({ name }) => !isVolatile(name));
    try {
      const clocks = await readClocks(
        this.#deps.db,
        stored.map(({ name }) => name)
      );
      for (const { name, clock } of stored) if (clocks.get(name) !== clock) void this.follow(name);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'documents could not be looked at');
    }
  }

  /** Takes what another process says of who reads a document there. */
  takeRelayed(doc: string, entries: readonly PresenceEntry[]): void {
    this.#rooms.get(doc)?.takeRelayed(entries);
  }

  /** Those who read a document here. */
  presentIn(doc: string): PresenceEntry[] {
    return this.#rooms.get(doc)?.presentHere() ?? [];
  }

  /** Sends presence that changed, to readers here and to other processes. */
  flushPresence(): void {
    for (const room of this.#rooms.values()) {
      const entries = room.flushPresence();
      const ours = entries.filter((entry) => room.ownerOf(entry.client) !== null || entry.state === 'null');
      if (ours.length > 0) this.#teller.announce(room.key, ours);
    }
  }

  /** Forgets presence that ran out, and the rooms that nobody is in. */
  sweep(now: number): void {
    for (const [name, room] of this.#rooms) {
      room.presence.sweep(now);
      if (room.connections.size === 0 && room.entering === 0) this.#rooms.delete(name);
    }
  }
}
