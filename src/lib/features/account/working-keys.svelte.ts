import { api } from '$lib/client/api/api';

/** How many keys of one's own work: what ends the sessions asks whether those end, too. */
export class WorkingKeys {
  /** 0 until it is known. */
  count = $state(0);
  /** Whether they end as well. */
  end = $state(true);

  async load(): Promise<void> {
    this.end = true;
    try {
      this.count = (await api.keys.list.query()).filter(({ state }) => state === 'active').length;
    } catch {
      // Not known: they end, as whoever changes a password would expect.
      this.count = 0;
    }
  }
}
