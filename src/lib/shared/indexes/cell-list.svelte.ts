import { createSubscriber } from 'svelte/reactivity';
import type * as Y from 'yjs';

/** The cells of a document by id, kept in step with it. */
export class CellList<C extends object> {
  readonly #map: Y.Map<C>;
  readonly #subscribe: () => void;
  // A cell that did not change keeps its entry, and what was worked out for it stays valid.
  readonly #entries = new WeakMap<C, C & { id: string }>();

  constructor(map: Y.Map<C>) {
    this.#map = map;
    this.#subscribe = createSubscriber((update) => {
      const observer = () => update();
      map.observe(observer);
      return () => map.unobserve(observer);
    });
  }

  /** All of them, in no order. */
  all(): (C & { id: string })[] {
    this.#subscribe();
    const rows: (C & { id: string })[] = [];
    this.#map.forEach((cell, id) => rows.push(this.#entry(id, cell)));
    return rows;
  }

  get(id: string): (C & { id: string }) | null {
    this.#subscribe();
    const cell = this.#map.get(id);
    return cell ? this.#entry(id, cell) : null;
  }

  #entry(id: string, cell: C): C & { id: string } {
    let entry = this.#entries.get(cell);
    if (!entry) this.#entries.set(cell, (entry = { id, ...cell }));
    return entry;
  }
}
