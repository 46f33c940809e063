import { api } from '$lib/client/api/api';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';
import { SIGNED_IN } from '$lib/core/access/decisions/forward-routes';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { CommandFields } from '$lib/protocol/commands/commands';
import type { Route } from './routes.svelte';
import { routeRefusalText } from './route-words';

const ROUTE_FIELDS = ['method', 'host', 'path', 'takes'] as const;
export type RouteField = (typeof ROUTE_FIELDS)[number];

/** Form of a route, new or as it was on screen. */
export class RouteForm {
  /** `host` empty: any. */
  texts = $state({ method: '*', host: '', path: '', takes: '' });
  /** The route that a new one goes before; empty: the end. */
  before = $state('');
  /** True if keys of users are let through as well. */
  users = $state(false);
  readonly attempt: FormAttempt<RouteField>;
  readonly #catalogue: CatalogueIndex;
  readonly #route: Route | null;
  readonly #create = new OneOperation((op, input: CommandFields<'routes.create'>) =>
    api.routes.create.mutate({ op, ...input })
  );
  readonly #update = new OneOperation((op, input: CommandFields<'routes.update'>) =>
    api.routes.update.mutate({ op, ...input })
  );

  /** @param route null: a new one */
  constructor(catalogue: CatalogueIndex, route: Route | null) {
    this.#catalogue = catalogue;
    this.#route = route;
    if (route) {
      const { method, host, path, takes } = route;
      this.texts = { method, host: host === '*' ? '' : host, path, takes };
      this.users = route.users;
    }
    this.attempt = new FormAttempt<RouteField>({
      fields: ROUTE_FIELDS,
      words(refusal) {
        if (refusal.code === 'auth/throttled' || refusal.code === 'busy' || refusal.code === 'input/invalid')
          return null;
        const text = routeRefusalText(refusal, catalogue);
        return refusal.code === 'input/unknown-permission' ? { field: 'takes', text } : { text };
      }
    });
  }

  /** True if users can have what it requires at all. */
  get mayTakeUsers(): boolean {
    const { takes } = this.texts;
    return takes === SIGNED_IN || this.#catalogue.forUsers.has(takes);
  }

  /** True if the route was saved; the fields or the form say why not. */
  async save(): Promise<boolean> {
    const { method, path, takes } = this.texts;
    const host = this.texts.host.trim() === '' ? '*' : this.texts.host;
    const missing = {
      path: path.trim() === '' ? 'Enter a path, such as “/reports”.' : null,
      takes: takes === '' ? 'Choose what it requires.' : null
    };
    if (this.attempt.refuse(missing)) return false;
    const fields = { method, host, path: path.trim(), takes, users: this.mayTakeUsers && this.users };
    const route = this.#route;
    const saved = await this.attempt.run<unknown>(() =>
      route
        ? this.#update.run({ id: route.id, seen: route.seq, ...fields })
        : this.#create.run({ ...fields, before: this.before === '' ? null : this.before })
    );
    return saved !== null;
  }

  stop(): void {
    this.attempt.stop();
  }
}
