import { api } from '$lib/client/api/api';
import type { Session } from '$lib/client/session/session.svelte';

/** How many keys of one's own work: what ends the sessions asks whether those end, too. */
export class WorkingKeys {
  /** 0 until it is known. */
  count = $state(0);
  /** Whether they end as well. */
  end = $state(true);
  readonly #session: Pick<Session, 'isUser'>;

  constructor(session: Pick<Session, 'isUser'>) {
    this.#session = session;
  }

  async load(): Promise<void> {
    this.end = true;
    // Users have no keys of their own.
    if (this.#session.isUser) return;
    try {
      this.count = (await api.keys.list.query()).filter(({ state }) => state === 'active').length;
    } catch {
      // Not known: they end, as whoever changes a password would expect.
      this.count = 0;
    }
  }
}
