import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import type { Layer } from './layer-words';

/** Sending layers, which ask before they send, as the server last said. */
export class SendingLayersList {
  readonly #known = new Loadable<readonly Layer[]>();

  /** Those that asked last come first; null: not known yet. */
  get all(): readonly Layer[] | null {
    return this.#known.value;
  }

  get failed(): boolean {
    return this.#known.problem !== null;
  }

  async load(): Promise<void> {
    await this.#known.ask(() => api.caps.layers.query());
  }
}
