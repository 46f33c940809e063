import { toldToUser, unexplained } from '../src/lib/core/quotas/cap-usage';
import { accountOf } from '../src/lib/core/quotas/layers';
import type { PlatformCell, SenderCell } from '../src/lib/documents/cells';
import { LiveGauges } from '../src/lib/server/services/quotas/live-gauges';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { LiveRoom } from './live-room';
import type { Reader } from './reader';
import type { Room } from './room';
import { UserGauges, type OwnGauges } from './user-gauges';

/** Shows in the rooms of gauges how everybody stands, while somebody is in them: one look at the database for all. */
export class GaugeRooms {
  readonly #deps: Deps;
  readonly #gauges: LiveGauges;
  readonly #ofUsers: UserGauges;
  readonly #rooms: () => Iterable<Room>;
  #running: Promise<void> | null = null;
  #waiting: Promise<void> | null = null;

  constructor(deps: Deps, rooms: () => Iterable<Room>) {
    this.#deps = deps;
    this.#gauges = new LiveGauges(deps);
    this.#ofUsers = new UserGauges(deps);
    this.#rooms = rooms;
  }

  /** Looks by the clock; never fails: the next look comes within a second, or when this one is over. */
  async tick(): Promise<void> {
    if (this.#running || this.#open().length === 0) return;
    await this.look().catch((error: unknown) =>
      this.#deps.log.warn({ err: error }, 'gauges could not be looked at')
    );
  }

  /** Resolves when what was known at this call is shown. Calls while a look is under way share the next one. */
  look(): Promise<void> {
    if (!this.#running) return (this.#running = this.#once().finally(() => (this.#running = null)));
    const before = this.#running;
    this.#waiting ??= before
      .catch(() => undefined)
      .then(() => {
        this.#waiting = null;
        return this.look();
      });
    return this.#waiting;
  }

  #open(): LiveRoom[] {
    return [...this.#rooms()].filter((room) => room instanceof LiveRoom);
  }

  async #once(): Promise<void> {
    const rooms = this.#open();
    const everybody = rooms.some(({ reader }) => reader === null);
    const own = [...new Set(rooms.flatMap(({ reader }) => (reader ? shownTo(reader) : [])))].sort();
    const { cells, senders, platform } = await this.#gauges.look({ everybody, own }, performance.now());
    const toOne = { ...platform, total: null };
    const ofUsers: { room: LiveRoom; reader: Reader }[] = [];
    for (const room of rooms) {
      const { reader } = room;
      if (reader === null)
        room.show(new Map([...cells].filter(([account]) => senders.has(account))), platform);
      else if (reader.kind === 'user') ofUsers.push({ room, reader });
      else showOwn(room, shownTo(reader), cells.get(shownTo(reader)), toOne);
    }
    const hints = ofUsers.map(({ reader }) => {
      const account = shownTo(reader);
      return { reader, account, cell: cells.get(account), platform: toOne };
    });
    const seen = await this.#ofUsers.look(hints);
    for (const [at, { room, reader }] of ofUsers.entries()) {
      const own = seen[at];
      if (own) showUser(room, shownTo(reader), own);
    }
  }
}

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
