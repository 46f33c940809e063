import { api } from '$lib/client/api/api';

/** Number of one's own API keys that work: a dialog that ends the sessions asks whether those keys end, too. */
export class WorkingKeys {
  /** 0 until it is known. */
  count = $state(0);
  /** True if the keys end as well. */
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
