import { api } from '$lib/client/api/api';
import type { DeviceMemory } from '$lib/client/device/device-memory';
import { Loadable, unanswered, type LoadState } from '$lib/client/api/loadable.svelte';
import type { PersonFacts } from '$lib/client/api/person-facts';

/** The facts, and when they were true where that is not now: as this device remembers them. */
type Known = { facts: PersonFacts; rememberedAt: number | null };

/** Facts about one administrator beyond what the list says. */
export class Person {
  readonly #id: string;
  readonly #memory: DeviceMemory;
  readonly #known = new Loadable<Known>();

  constructor(id: string, memory: DeviceMemory) {
    this.#id = id;
    this.#memory = memory;
  }

  get status(): LoadState<Known> {
    return this.#known.status;
  }

  /** Nothing is known, and the last question had no answer. */
  get failed(): boolean {
    return this.status.state === 'failed' || this.status.state === 'offline';
  }

  get loading(): boolean {
    return this.#known.asking;
  }

  get facts(): PersonFacts | null {
    return this.#known.value?.facts ?? null;
  }

  /** Time at which the facts were true, in ms since 1970; null when they are current. */
  get rememberedAt(): number | null {
    return this.#known.value?.rememberedAt ?? null;
  }

  async load(): Promise<void> {
    const shown = await this.#known.ask(() => this.#ask());
    const { facts } = this;
    if (shown && facts && this.rememberedAt === null) void this.#memory.keepPerson(facts);
  }

  /** Facts from the server; while it does not answer and nothing is on screen, those that the device remembers. */
  async #ask(): Promise<Known> {
    try {
      return { facts: await api.administrators.get.query({ id: this.#id }), rememberedAt: null };
    } catch (error) {
      const isUnknown = this.facts === null && unanswered(error).state !== 'refused';
      const known = isUnknown ? await this.#memory.person(this.#id) : null;
      if (!known) throw error;
      return { facts: known.value, rememberedAt: known.at };
    }
  }
}
