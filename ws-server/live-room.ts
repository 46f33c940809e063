import * as Y from 'yjs';
import type { PlatformCell, SenderCell } from '../src/lib/documents/cells';
import { LiveDocument } from '../src/lib/documents/live-writer';
import { CLOSE } from '../src/lib/protocol/close-codes';
import type { DocumentName } from '../src/lib/protocol/documents';
import type { Queryable } from '../src/lib/server/db/driver/client';
import type { Connection } from './connection';
import { updateBroadcast } from './frames';
import type { Reader } from './reader';
import { Room } from './room';

/**
 * A room whose document is made here, of what moves all the time: another process, and this one after a while without
 * readers, makes another one. A reader who comes back with a copy of another is told to begin anew.
 */
export class LiveRoom extends Room {
  override exists = true;
  #live = new LiveDocument();
  #everything: Uint8Array | null = null;
  /** Its only reader; null: everybody who may reads in it. */
  readonly reader: Reader | null;
  readonly #look: () => Promise<void>;

  constructor(
    name: DocumentName,
    { key, reader, db }: { key: string; reader: Reader | null; db: Queryable },
    look: () => Promise<void>
  ) {
    super(name, db, key);
    this.reader = reader;
    this.#look = look;
  }

  /** Resolves when it shows what is known now. */
  override follow(): Promise<void> {
    return this.#look();
  }

  /** Shows cells, and nobody else's. */
  show(cells: ReadonlyMap<string, SenderCell>, platform: PlatformCell): void {
    if (this.#live.worn) {
      this.#live = new LiveDocument();
      this.#everything = null;
      this.closeAll(CLOSE.otherEpoch, 'another epoch');
    }
    const update = this.#live.write(cells, platform);
    if (!update) return;
    this.#everything = null;
    const told = updateBroadcast(update);
    const now = performance.now();
    for (const connection of this.connections) connection.sendUpdate(told, 0, now);
  }

  override ask(connection: Connection, vector: ReadonlyMap<number, number>): void {
    if (vector.size > 0 && !vector.has(this.#live.origin))
      connection.close(CLOSE.otherEpoch, 'another epoch');
    else this.answer(connection);
  }

  override answer(connection: Connection): void {
    if (connection.defer(0)) return;
    connection.sendDifference((this.#everything ??= Y.encodeStateAsUpdate(this.#live.doc)));
  }
}
