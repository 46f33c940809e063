import { createSubscriber } from 'svelte/reactivity';
import type * as Y from 'yjs';
import type { PersonSummary } from '$lib/docs/cells';
import { peopleMap } from '$lib/docs/list-docs';

export type PersonEntry = PersonSummary & { id: string };

/** The administrators, kept in step with their document. */
export class PeopleList {
  readonly #map: Y.Map<PersonSummary>;
  readonly #subscribe: () => void;

  constructor(doc: Y.Doc) {
    const map = peopleMap(doc);
    this.#map = map;
    this.#subscribe = createSubscriber((update) => {
      const observer = () => update();
      map.observe(observer);
      return () => map.unobserve(observer);
    });
  }

  get size(): number {
    this.#subscribe();
    return this.#map.size;
  }

  /** Everybody, in no order. */
  all(): PersonEntry[] {
    this.#subscribe();
    const rows: PersonEntry[] = [];
    this.#map.forEach((summary, id) => rows.push({ id, ...summary }));
    return rows;
  }

  get(id: string): PersonEntry | null {
    this.#subscribe();
    const summary = this.#map.get(id);
    return summary ? { id, ...summary } : null;
  }
}
