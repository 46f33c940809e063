import { api } from '$lib/client/api/api';
import { OneAtATime } from '$lib/client/forms/one-at-a-time.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { CommandFields } from '$lib/protocol/commands/commands';
import { routeRefusalText } from './route-words';

/** Commands on a route in the table. They require a connection; their answers are shown immediately. */
export class RouteCommands extends OneAtATime {
  readonly #catalogue: CatalogueIndex;
  readonly #move = new OneOperation((op, input: CommandFields<'routes.move'>) =>
    api.routes.move.mutate({ op, ...input })
  );
  readonly #delete = new OneOperation((op, input: CommandFields<'routes.delete'>) =>
    api.routes.delete.mutate({ op, ...input })
  );

  constructor(catalogue: CatalogueIndex) {
    super();
    this.#catalogue = catalogue;
  }

  move = (id: string, before: string | null) => this.#run(() => this.#move.run({ id, before }));
  delete = (id: string) => this.#run(() => this.#delete.run({ id }));

  /** True if the command was done; `fault` says why not. */
  async #run(command: () => Promise<object>): Promise<boolean> {
    return (await this.run(command, (refusal) => routeRefusalText(refusal, this.#catalogue))) !== null;
  }
}
