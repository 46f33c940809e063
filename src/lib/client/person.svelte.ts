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
  #asked = 0;

  constructor(id: string) {
    this.#id = id;
  }

  get facts(): PersonFacts | null {
    return this.status.state === 'loaded' ? this.status.person : null;
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    try {
      const person = await api.administrators.get.query({ id: this.#id });
      // Of two answers under way the later question counts.
      if (asked === this.#asked) this.status = { state: 'loaded', person };
    } catch (error) {
      if (asked !== this.#asked) return;
      const refusal = refusalOf(error);
      // What was known stays on screen; the pill says that it is old.
      if (this.status.state === 'loaded' && (!refusal || refusal.code === 'busy')) return;
      this.status = refusal && refusal.code !== 'busy' ? { state: 'refused', refusal } : { state: 'failed' };
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }
}
