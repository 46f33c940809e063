import type { Refusal } from '$lib/core/refusal';
import { api, refusalOf } from './api';
import type { DeviceMemory } from './device-memory';
import type { PersonFacts } from './person-facts';

export type PersonState =
  | { state: 'loading' }
  | { state: 'loaded'; person: PersonFacts }
  /** As this device remembers them, while the server does not answer. */
  | { state: 'remembered'; person: PersonFacts; at: number }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'failed' };

/** What is known of one administrator beyond what the list says. */
export class Person {
  status = $state.raw<PersonState>({ state: 'loading' });
  loading = $state(false);
  readonly #id: string;
  readonly #memory: DeviceMemory;
  #asked = 0;

  constructor(id: string, memory: DeviceMemory) {
    this.#id = id;
    this.#memory = memory;
  }

  get facts(): PersonFacts | null {
    return this.status.state === 'loaded' || this.status.state === 'remembered' ? this.status.person : null;
  }

  /** When the facts were true, where that is not now. */
  get rememberedAt(): number | null {
    return this.status.state === 'remembered' ? this.status.at : null;
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    try {
      const person = await api.administrators.get.query({ id: this.#id });
      // Of two answers under way the later question counts.
      if (asked !== this.#asked) return;
      this.status = { state: 'loaded', person };
      void this.#memory.keepPerson(person);
    } catch (error) {
      if (asked !== this.#asked) return;
      const refusal = refusalOf(error);
      if (refusal && refusal.code !== 'busy') this.status = { state: 'refused', refusal };
      // What was known stays on screen; the pill says that it is old.
      else if (this.facts === null) await this.#recall(asked);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  async #recall(asked: number): Promise<void> {
    const known = await this.#memory.person(this.#id);
    if (asked !== this.#asked) return;
    this.status = known ? { state: 'remembered', person: known.value, at: known.at } : { state: 'failed' };
  }
}
