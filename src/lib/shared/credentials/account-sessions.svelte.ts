import type { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';

/** A session of somebody else; of users they are told the same way. */
export type OpenSession = Awaited<ReturnType<typeof api.administrators.sessions.query>>[number];

/** Open sessions of an account (ADM-9). */
export class AccountSessions {
  readonly #ask: () => Promise<readonly OpenSession[]>;
  readonly #sessions = new Loadable<readonly OpenSession[]>();

  constructor(ask: () => Promise<readonly OpenSession[]>) {
    this.#ask = ask;
  }

  get status(): LoadState<readonly OpenSession[]> {
    return this.#sessions.status;
  }

  async load(): Promise<void> {
    await this.#sessions.ask(this.#ask);
  }
}
