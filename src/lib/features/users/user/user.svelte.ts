import { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';
import type { UserFacts } from '$lib/client/api/user-facts';

/** Facts about one user beyond what the list says. */
export class User {
  readonly #id: string;
  readonly #known = new Loadable<UserFacts>();

  constructor(id: string) {
    this.#id = id;
  }

  get status(): LoadState<UserFacts> {
    return this.#known.status;
  }

  get facts(): UserFacts | null {
    return this.#known.value;
  }

  /** Nothing is known, and the last question had no answer. */
  get failed(): boolean {
    return this.status.state === 'failed' || this.status.state === 'offline';
  }

  get loading(): boolean {
    return this.#known.asking;
  }

  async load(): Promise<void> {
    await this.#known.ask(() => api.users.get.query({ id: this.#id }));
  }
}
