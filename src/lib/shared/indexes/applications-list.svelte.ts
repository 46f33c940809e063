import { createSubscriber } from 'svelte/reactivity';
import type * as Y from 'yjs';
import type { ApplicationSummary } from '$lib/documents/cells';
import { applicationsMap, routesChanged } from '$lib/documents/list-docs';

/** The applications, and whether the routes of proxies changed, kept in step with their document. */
export class ApplicationsList {
  readonly #map: Y.Map<ApplicationSummary>;
  readonly #subscribe: () => void;
  /** Counts what changed, whatever it was: a key has no version. */
  #changes = 0;
  readonly #routes: Y.Map<number>;
  readonly #subscribeToRoutes: () => void;

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
    const routes = routesChanged(doc);
    this.#routes = routes;
    this.#subscribeToRoutes = createSubscriber((update) => {
      routes.observe(update);
      return () => routes.unobserve(update);
    });
  }

  /** A number that is another one after every change of a route. */
  get routeChanges(): number {
    this.#subscribeToRoutes();
    return this.#routes.get('changes') ?? 0;
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
