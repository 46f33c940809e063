import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Asked } from '../asked';
import { routeRefusalText } from './route-words';

/** What is done to a route in the table. It takes a connection; its answers are shown at once. */
export class RouteDeeds {
  /** Why the last try came to nothing; null: it did not. */
  fault = $state<string | null>(null);
  busy = $state(false);
  readonly #catalogue: CatalogueIndex;
  readonly #move = new OneOperation((op, input: Asked<'routes.move'>) =>
    api.routes.move.mutate({ op, ...input })
  );
  readonly #delete = new OneOperation((op, input: Asked<'routes.delete'>) =>
    api.routes.delete.mutate({ op, ...input })
  );

  constructor(catalogue: CatalogueIndex) {
    this.#catalogue = catalogue;
  }

  move = (id: string, before: string | null) => this.#run(() => this.#move.run({ id, before }));
  delete = (id: string) => this.#run(() => this.#delete.run({ id }));

  /** Whether it was done; `fault` says why not. @throws what is no refusal and no connection fault */
  async #run(deed: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.fault = null;
    try {
      await deed();
      return true;
    } catch (error) {
      const refusal = refusalOf(error);
      if (isConnectionFault(error))
        this.fault = 'The server didn’t respond. Try again; it won’t be done twice.';
      else if (refusal) this.fault = routeRefusalText(refusal, this.#catalogue);
      else throw error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
