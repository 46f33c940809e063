import type { CapSettings } from '$lib/core/caps';
import type { Refusal } from '$lib/core/refusal';
import { api, refusalOf } from './api';

export type PersonFacts = Awaited<ReturnType<typeof api.administrators.get.query>> & { caps: CapSettings };

export type PersonState =
  | { state: 'loading' }
  | { state: 'loaded'; person: PersonFacts }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'failed' };

/** What is known of one administrator beyond what the list says. */
export class Person {
  status = $state.raw<PersonState>({ state: 'loading' });
  loading = $state(false);
  readonly #id: string;

  constructor(id: string) {
    this.#id = id;
  }

  async load(): Promise<void> {
    this.loading = true;
    try {
      this.status = { state: 'loaded', person: await api.administrators.get.query({ id: this.#id }) };
    } catch (error) {
      const refusal = refusalOf(error);
      // What was known stays on screen; the pill says that it is old.
      if (this.status.state === 'loaded' && (!refusal || refusal.code === 'busy')) return;
      this.status = refusal && refusal.code !== 'busy' ? { state: 'refused', refusal } : { state: 'failed' };
    } finally {
      this.loading = false;
    }
  }
}
