import { toldToUser, unexplained } from '../src/lib/core/quotas/cap-usage';
import { accountOf } from '../src/lib/core/quotas/layers';
import type { PlatformCell, SenderCell } from '../src/lib/documents/cells';
import { LiveGauges } from '../src/lib/server/services/quotas/live-gauges';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { LiveRoom } from './live-room';
import type { Reader } from './reader';
import type { Room } from './room';
import { SharedLook } from './shared-look';
import { UserGauges, type Hint, type OwnGauges } from './user-gauges';

/**
 * Shows in the rooms of gauges how everybody stands, while somebody is in them: one look at the database for all.
 * What users are shown follows it, in a look of its own: each of them costs a transaction, for which staff do not
 * wait.
 */
export class GaugeRooms {
  readonly #deps: Deps;
  readonly #gauges: LiveGauges;
  readonly #ofUsers: UserGauges;
  readonly #rooms: () => Iterable<Room>;
  readonly #everybody = new SharedLook(() => this.#lookAtAll());
  readonly #users = new SharedLook(() => this.#lookForUsers());
  /** Rooms of users, with what the last look at everybody said of them. */
  #rest: readonly UserRoom[] = [];

  constructor(deps: Deps, rooms: () => Iterable<Room>) {
    this.#deps = deps;
    this.#gauges = new LiveGauges(deps);
    this.#ofUsers = new UserGauges(deps);
    this.#rooms = rooms;
  }

  /** Looks by the clock; never fails: the next look comes within a second, or when this one is over. */
  async tick(): Promise<void> {
    if (this.#everybody.isRunning || this.#open().length === 0) return;
    const failed = (error: unknown) => this.#deps.log.warn({ err: error }, 'gauges could not be looked at');
    await this.#everybody.run().catch(failed);
    if (this.#rest.length > 0 && !this.#users.isRunning) this.#users.run().catch(failed);
  }

  /** Resolves when what was known at this call is shown to a reader; null: whoever may see everybody. */
  async look(reader: Reader | null): Promise<void> {
    await this.#everybody.run();
    if (reader?.kind === 'user') await this.#users.run();
  }

  #open(): LiveRoom[] {
    return [...this.#rooms()].filter((room) => room instanceof LiveRoom);
  }

  async #lookAtAll(): Promise<void> {
    const rooms = this.#open();
    const everybody = rooms.some(({ reader }) => reader === null);
    const own = [...new Set(rooms.flatMap(({ reader }) => (reader ? shownTo(reader) : [])))].sort();
    const { cells, senders, platform } = await this.#gauges.look({ everybody, own }, performance.now());
    const toOne = { ...platform, total: null };
    const rest: UserRoom[] = [];
    for (const room of rooms) {
      const { reader } = room;
      if (reader === null) {
        room.show(new Map([...cells].filter(([account]) => senders.has(account))), platform);
        continue;
      }
      const account = shownTo(reader);
      const cell = cells.get(account);
      if (reader.kind === 'user') rest.push({ room, hint: { reader, account, cell, platform: toOne } });
      else showOwn(room, account, cell, toOne);
    }
    this.#rest = rest;
  }

  async #lookForUsers(): Promise<void> {
    const rooms = this.#rest;
    const seen = await this.#ofUsers.look(rooms.map(({ hint }) => hint));
    for (const [at, { room, hint }] of rooms.entries()) {
      const own = seen[at];
      if (own) showUser(room, hint.account, own);
    }
  }
}

type UserRoom = { room: LiveRoom; hint: Hint };

function shownTo({ shown: { kind, id } }: Reader): string {
  return accountOf({ type: kind, id });
}

function showOwn(
  room: LiveRoom,
  account: string,
  cell: SenderCell | undefined,
  platform: PlatformCell
): void {
  room.show(cell ? new Map([[account, cell]]) : new Map(), platform);
}

/** Shows a user its own as users are told of them, and nothing where it may not see what it has used. */
function showUser(room: LiveRoom, account: string, { cell, platform }: OwnGauges): void {
  // Nobody's, or another's: it is not there for whoever reads.
  room.exists = cell !== undefined;
  const isShown = [...room.connections].some(({ holder }) => holder.seesUsage);
  showOwn(room, account, isShown && cell ? toldToUser(cell) : undefined, {
    ...platform,
    // Why everybody may not send may name others.
    paused: isShown && platform.paused ? unexplained(platform.paused) : null
  });
}
