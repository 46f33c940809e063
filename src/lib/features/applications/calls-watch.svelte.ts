import { untrack } from 'svelte';
import type { inferRouterOutputs } from '@trpc/server';
import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import type { AppRouter } from '$lib/server/api/trpc/router';

export type Calls = inferRouterOutputs<AppRouter>['applications']['calls'][number];

/** Interval of asking, in ms: with the seconds that processes gather calls for, nothing shown is older than ten. */
const EVERY_MS = 5000;

/** Calls of all applications and their refusals, while somebody looks. */
export class CallsWatch {
  readonly #session: Session;
  readonly #known = new Loadable<readonly Calls[]>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Calls of one application; null: not known at this moment, as numbers of before are none. */
  of(id: string): Calls | null {
    if (this.#known.problem !== null || this.#session.connection.state === 'offline') return null;
    return this.#known.value?.find((each) => each.id === id) ?? null;
  }

  /** Asks again and again, as long as it may be known. Call it in an effect. @returns ends it */
  watch(): (() => void) | undefined {
    void this.#session.connection.returns;
    if (!this.#session.can('people.api_keys.list')) return undefined;
    const ask = () => {
      if (document.visibilityState === 'visible' && this.#session.connection.state !== 'offline')
        void this.#known.ask(() => api.applications.calls.query());
    };
    untrack(ask);
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }
}
