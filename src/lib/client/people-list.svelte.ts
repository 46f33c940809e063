import { createSubscriber } from 'svelte/reactivity';
import type * as Y from 'yjs';
import type { PersonSummary } from '$lib/docs/cells';
import { peopleMap } from '$lib/docs/list-docs';

export type PersonEntry = PersonSummary & { id: string };

/** The administrators, kept in step with their document. */
export class PeopleList {
  readonly #map: Y.Map<PersonSummary>;
  readonly #subscribe: () => void;
  #rows: PersonEntry[] | null = null;

  constructor(doc: Y.Doc) {
    const map = peopleMap(doc);
    this.#map = map;
    this.#subscribe = createSubscriber((update) => {
      const observer = () => {
        this.#rows = null;
        update();
      };
      map.observe(observer);
      return () => {
        map.unobserve(observer);
        this.#rows = null;
      };
    });
  }

  /** Everybody, in no order. Built once per change: the list holds ten thousand. */
  all(): readonly PersonEntry[] {
    this.#subscribe();
    if (this.#rows && $effect.tracking()) return this.#rows;
    const rows: PersonEntry[] = [];
    this.#map.forEach((summary, id) => rows.push({ id, ...summary }));
    return (this.#rows = rows);
  }

  get(id: string): PersonEntry | null {
    this.#subscribe();
    const summary = this.#map.get(id);
    return summary ? { id, ...summary } : null;
  }
}
