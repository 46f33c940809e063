import type { inferRouterOutputs } from '@trpc/server';
import { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';
import { perSession } from '$lib/client/session/per-session';
import type { AppRouter } from '$lib/server/api/trpc/router';

export type Route = inferRouterOutputs<AppRouter>['routes']['list'][number];

/**
 * The routes as the server last said, asked again whenever a document says that they changed. They are not kept on
 * the device.
 */
export class Routes {
  readonly #known = new Loadable<readonly Route[]>();

  get status(): LoadState<readonly Route[]> {
    return this.#known.status;
  }

  get all(): readonly Route[] {
    return this.#known.value ?? [];
  }

  get loading(): boolean {
    return this.#known.asking;
  }

  async load(): Promise<void> {
    await this.#known.ask(() => api.routes.list.query());
  }
}

export const routesOf = perSession(() => new Routes());
