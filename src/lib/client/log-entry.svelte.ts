import type { Refusal } from '$lib/core/refusal';
import { api, isConnectionFault, refusalOf } from './api';

export type WholeLogEntry = Awaited<ReturnType<typeof api.log.entry.query>>;

export type LogEntryState =
  | { state: 'loading' }
  | { state: 'loaded'; entry: WholeLogEntry }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'offline' }
  | { state: 'failed' };

/** Everything about the entry that is open. */
export class OpenLogEntry {
  status = $state.raw<LogEntryState>({ state: 'loading' });
  #asked = 0;

  async show(id: number): Promise<void> {
    const asked = ++this.#asked;
    const shown = this.status.state === 'loaded' ? this.status.entry : null;
    // The one before stays until the answer is here: stepping through rows does not flicker.
    if (!shown) this.status = { state: 'loading' };
    try {
      const entry = await api.log.entry.query({ id });
      if (asked === this.#asked) this.status = { state: 'loaded', entry };
    } catch (error) {
      if (asked !== this.#asked) return;
      const refusal = refusalOf(error);
      if (refusal && refusal.code !== 'busy') this.status = { state: 'refused', refusal };
      else this.status = { state: isConnectionFault(error) ? 'offline' : 'failed' };
    }
  }
}
