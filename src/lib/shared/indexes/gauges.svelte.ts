import { createSubscriber } from 'svelte/reactivity';
import type * as Y from 'yjs';
import type { Pause } from '$lib/core/quotas/cap-usage';
import { MARKS } from '$lib/core/quotas/gauge-look';
import type { PlatformCell, SenderCell, TotalCell } from '$lib/documents/cells';
import { gaugesMap, platformMap } from '$lib/documents/list-docs';
import { perSession } from '$lib/client/session/per-session';
import type { Session } from '$lib/client/session/session.svelte';
import type { Replica } from '$lib/client/sync/replica.svelte';

export type SenderRow = SenderCell & { account: string };

/** Gauges of all who send, kept in step with their document. */
class GaugesList {
  readonly #map: Y.Map<SenderCell>;
  readonly #doc: Y.Doc;
  readonly #subscribe: () => void;
  // A cell that did not move keeps its row, and what was worked out for it stays valid.
  readonly #rows = new WeakMap<SenderCell, SenderRow>();

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    this.#map = gaugesMap(doc);
    const platform = platformMap(doc);
    this.#subscribe = createSubscriber((update) => {
      const observer = () => update();
      this.#map.observe(observer);
      platform.observe(observer);
      return () => {
        this.#map.unobserve(observer);
        platform.unobserve(observer);
      };
    });
  }

  all(): SenderRow[] {
    this.#subscribe();
    const rows: SenderRow[] = [];
    this.#map.forEach((cell, account) => rows.push(this.#row(account, cell)));
    return rows;
  }

  /** Null: they have not sent. */
  get(account: string): SenderRow | null {
    this.#subscribe();
    const cell = this.#map.get(account);
    return cell ? this.#row(account, cell) : null;
  }

  /** The pause of all sending; null: there is none. */
  get paused(): Pause | null {
    return this.#platform('paused');
  }

  /** Total that everybody together may send, and its usage; null: it has no limit. */
  get total(): TotalCell | null {
    return this.#platform('total');
  }

  /** Parts of a cap at which alerts are sent; null: the server did not say. */
  get marks(): readonly [number, number] | null {
    return this.#platform('marks');
  }

  #platform<K extends keyof PlatformCell>(key: K): PlatformCell[K] | null {
    this.#subscribe();
    return (platformMap(this.#doc).get(key) as PlatformCell[K] | undefined) ?? null;
  }

  #row(account: string, cell: SenderCell): SenderRow {
    let row = this.#rows.get(cell);
    if (!row) this.#rows.set(cell, (row = { ...cell, account }));
    return row;
  }
}

type Held = { replica: Replica; list: GaugesList };

/** The gauges of a session: open while a page shows them, because they cost somebody who only has them open. */
export class Gauges {
  /** Everybody's; null: nobody looks, or one may not. */
  all = $state.raw<Held | null>(null);
  /** One's own. */
  own = $state.raw<Held | null>(null);
  readonly #session: Session;
  readonly #users = { all: 0, own: 0 };
  /** Parts of a cap at which alerts are sent, as the settings say (QUO-9). */
  readonly marks = $derived(this.all?.list.marks ?? this.own?.list.marks ?? MARKS);

  constructor(session: Session) {
    this.#session = session;
  }

  /** An effect's: opens while it may be read and anew after it was closed; what it returns lets go. */
  watch(which: 'all' | 'own'): () => void {
    const name = which === 'all' ? 'gauges' : 'own';
    const held = this[which];
    const readable = this.#session.mayRead(name);
    if (held && (!readable || this.#isOver(which, held))) this.#close(which);
    if (readable && !this[which]) {
      const replica = this.#sharedOf(which) ?? this.#session.open(name);
      this[which] = { replica, list: new GaugesList(replica.doc) };
    }
    this.#users[which] += 1;
    return () => {
      this.#users[which] -= 1;
      // Another page may be opening at this moment.
      setTimeout(() => {
        if (this.#users[which] === 0) this.#close(which);
      });
    };
  }

  /** A user's own is open as long as the session is. */
  #sharedOf(which: 'all' | 'own'): Replica | null {
    return which === 'own' ? this.#session.own : null;
  }

  #isOver(which: 'all' | 'own', { replica }: Held): boolean {
    const shared = this.#sharedOf(which);
    return shared === null ? replica.state === 'closed' : replica !== shared;
  }

  /** Whoever opened it destroys it. */
  #close(which: 'all' | 'own'): void {
    const held = this[which];
    if (held && this.#sharedOf(which) === null) held.replica.destroy();
    this[which] = null;
  }
}

export const gaugesOf = perSession((session) => new Gauges(session));
