import { createSubscriber } from 'svelte/reactivity';
import type * as Y from 'yjs';
import type { PersonSummary } from '$lib/documents/cells';
import { peopleMap } from '$lib/documents/list-docs';

export type PersonEntry = PersonSummary & { id: string };

/** The administrators, kept in step with their document. */
export class PeopleList {
  readonly #map: Y.Map<PersonSummary>;
  readonly #subscribe: () => void;
  // A cell that did not change keeps its entry, and what was worked out for it stays valid.
  readonly #entries = new WeakMap<PersonSummary, PersonEntry>();

  constructor(doc: Y.Doc) {
    const map = peopleMap(doc);
    this.#map = map;
    this.#subscribe = createSubscriber((update) => {
      const observer = () => update();
      map.observe(observer);
      return () => map.unobserve(observer);
    });
  }

  /** Number of people, without those who were deactivated. */
  get size(): number {
    return this.all().reduce((sum, { status }) => sum + Number(status !== 'deactivated'), 0);
  }

  /** Everybody, the deactivated included, in no order. */
  all(): PersonEntry[] {
    this.#subscribe();
    const rows: PersonEntry[] = [];
    this.#map.forEach((summary, id) => rows.push(this.#entry(id, summary)));
    return rows;
  }

  get(id: string): PersonEntry | null {
    this.#subscribe();
    const summary = this.#map.get(id);
    return summary ? this.#entry(id, summary) : null;
  }

  #entry(id: string, summary: PersonSummary): PersonEntry {
    const known = this.#entries.get(summary);
    if (known) return known;
    const entry = { id, ...summary };
    this.#entries.set(summary, entry);
    return entry;
  }
}
