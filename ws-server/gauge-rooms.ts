import type { AccountRef } from '../src/lib/core/sign-in/account';
import { LiveGauges } from '../src/lib/server/services/quotas/live-gauges';
import { accountOf } from '../src/lib/core/quotas/layers';
import { toldToUser, unexplained } from '../src/lib/core/quotas/cap-usage';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { LiveRoom } from './live-room';
import type { Room } from './room';

const OWN = 'own:';

/** Account that reads a document; `visitor`: id of the staff member who does it in the user's place. */
export type Reader = AccountRef & { visitor: string | null };

/**
 * The key of the room in which somebody reads a document that is another one for each person: `own:user:<id>`. In a
 * visit it is a room apart, `own:user:<id>/<visitor>`: a visitor may see less than the user, and is not told when the
 * user is there.
 */
export function ownKey({ kind, id, visitor }: Reader): string {
  return OWN + accountOf({ type: kind, id }) + (visitor === null ? '' : `/${visitor}`);
}

/** Account whose document a room of this key shows; null: it is everybody's. */
function accountIn(key: string): string | null {
  return key.startsWith(OWN) ? key.slice(OWN.length).split('/')[0]! : null;
}

/** Shows in the rooms of gauges how everybody stands, while somebody is in them: one look at the database for all. */
export class GaugeRooms {
  readonly #deps: Deps;
  readonly #gauges: LiveGauges;
  readonly #rooms: () => Iterable<Room>;
  #running: Promise<void> | null = null;
  #waiting: Promise<void> | null = null;

  constructor(deps: Deps, rooms: () => Iterable<Room>) {
    this.#deps = deps;
    this.#gauges = new LiveGauges(deps);
    this.#rooms = rooms;
  }

  /** Looks by the clock; never fails, the next look comes within a second. */
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
    const everybody = rooms.some(({ name }) => name === 'gauges');
    const own = [...new Set(rooms.flatMap(({ key }) => accountIn(key) ?? []))].sort();
    const { cells, senders, platform } = await this.#gauges.look({ everybody, own }, performance.now());
    for (const room of rooms) {
      if (room.name === 'gauges')
        room.show(new Map([...cells].filter(([account]) => senders.has(account))), platform);
      else {
        const account = accountIn(room.key)!;
        const isShown =
          account.startsWith('administrator:') || [...room.connections].some((c) => c.holder.seesUsage);
        const cell = isShown ? cells.get(account) : undefined;
        const own = { ...platform, total: null };
        const isUser = account.startsWith('user:');
        room.show(
          cell ? new Map([[account, isUser ? toldToUser(cell) : cell]]) : new Map(),
          // Why everybody may not send may name others.
          isUser ? { ...own, paused: isShown && own.paused ? unexplained(own.paused) : null } : own
        );
      }
    }
  }
}
