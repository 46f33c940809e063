import { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';

export type WholeLogEntry = Awaited<ReturnType<typeof api.log.entry.query>>;

/** Everything about the entry that is open. */
export class OpenLogEntry {
  readonly #entry = new Loadable<WholeLogEntry>();

  /** The entry before stays until the answer is here: stepping through rows does not flicker. */
  get status(): LoadState<WholeLogEntry> {
    const { asking, problem, status } = this.#entry;
    return (asking ? null : problem) ?? status;
  }

  async show(id: number): Promise<void> {
    await this.#entry.ask(() => api.log.entry.query({ id }));
  }
}
