import { createSubscriber } from 'svelte/reactivity';
import type * as Y from 'yjs';
import type { ApplicationSummary } from '$lib/documents/cells';
import { applicationsMap } from '$lib/documents/list-docs';

/** The applications, kept in step with their document. */
export class ApplicationsList {
  readonly #map: Y.Map<ApplicationSummary>;
  readonly #subscribe: () => void;
  /** Counts what changed, whatever it was: a key has no version. */
  #changes = 0;

  constructor(doc: Y.Doc) {
    const map = applicationsMap(doc);
    this.#map = map;
    this.#subscribe = createSubscriber((update) => {
      const observer = () => {
        this.#changes += 1;
        update();
      };
      map.observe(observer);
      return () => map.unobserve(observer);
    });
  }

  /** A number that is another one after every change. */
  get changes(): number {
    this.#subscribe();
    return this.#changes;
  }

  all(): (ApplicationSummary & { id: string })[] {
    this.#subscribe();
    return [...this.#map].map(([id, summary]) => ({ id, ...summary }));
  }
}
