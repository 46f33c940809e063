import { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';

export type PersonSession = Awaited<ReturnType<typeof api.administrators.sessions.query>>[number];

/** Where somebody is signed in (ADM-9). */
export class PersonSessions {
  readonly #id: string;
  readonly #sessions = new Loadable<readonly PersonSession[]>();

  constructor(id: string) {
    this.#id = id;
  }

  get status(): LoadState<readonly PersonSession[]> {
    return this.#sessions.status;
  }

  async load(): Promise<void> {
    await this.#sessions.ask(() => api.administrators.sessions.query({ id: this.#id }));
  }
}
