import { onDestroy } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '$lib/server/api/trpc/router';
import { api } from '$lib/client/api/api';
import type { Session } from '$lib/client/session/session.svelte';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';

type Listed = inferRouterOutputs<AppRouter>['administrators']['list']['items'][number];

/** Facts of a person that no device keeps: the caps in force, and the IP address of the last sign-in. */
export type PersonFacts = Pick<Listed, 'bindingCaps' | 'lastSignInIp'>;

type Ports = {
  ask: (ids: string[]) => Promise<(PersonFacts & { id: string })[]>;
  /** Changes when there is contact again: what got no answer is asked for once more. */
  contact: () => unknown;
  /** Ground of all of it, as text: when it changes, all of it is asked for anew. */
  basis: () => string;
};

/** Time in which rows that come into view are asked for together, in ms. */
const GATHER_MS = 50;
/** Most that the server is asked for at once. */
const MOST = 50;

/** Facts of the rows in view, asked for as they come into view, and again when somebody changed. */
export class PeopleFacts {
  readonly #ports: Ports;
  readonly #known = new SvelteMap<string, { state: string; facts: PersonFacts | null }>();
  /** State of each person that was asked for. */
  readonly #asked = new Map<string, string>();
  readonly #next = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The facts of somebody in view, as far as they are known; null: not yet. */
  of(person: Pick<PersonEntry, 'id' | 'seq' | 'lastActive'>): PersonFacts | null {
    void this.#ports.contact();
    const state = `${this.#ports.basis()} ${person.seq} ${person.lastActive}`;
    const known = this.#known.get(person.id);
    if (known?.state !== state && this.#asked.get(person.id) !== state) {
      this.#asked.set(person.id, state);
      this.#next.add(person.id);
      this.#timer ??= setTimeout(() => void this.#flush(), GATHER_MS);
    }
    return known?.facts ?? null;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #flush(): Promise<void> {
    this.#timer = null;
    const ids = [...this.#next];
    this.#next.clear();
    for (let at = 0; at < ids.length; at += MOST) await this.#ask(ids.slice(at, at + MOST));
  }

  async #ask(ids: string[]): Promise<void> {
    const states = new Map(ids.map((id) => [id, this.#asked.get(id)]));
    const answer = await this.#ports.ask(ids).catch(() => null);
    const found = new Map(answer?.map((item) => [item.id, item]));
    for (const [id, state] of states) {
      // Something changed meanwhile: another answer is on its way.
      if (state === undefined || this.#asked.get(id) !== state) continue;
      if (answer === null) this.#asked.delete(id);
      else this.#known.set(id, { state, facts: found.get(id) ?? null });
    }
  }
}

/**
 * Ground of the facts: what one may see, the caps that bind oneself, and the platform's, which may bind others alone.
 * By value: who is here is heard again and again, mostly the same.
 */
export function basisOfFacts(session: Pick<Session, 'permissions' | 'me' | 'capsVersion'>): string {
  const { permissions, me, capsVersion } = session;
  return JSON.stringify([[...permissions].sort(), me.bindingCaps, capsVersion]);
}

/** Facts of the rows of a page, for as long as it stands: anew when rights or the platform's caps change. */
export function factsOfPeople(session: Session): PeopleFacts {
  const basis = $derived(basisOfFacts(session));
  const facts = new PeopleFacts({
    ask: async (ids) => (await api.administrators.list.query({ ids, facts: true, limit: ids.length })).items,
    contact: () => session.connection.returns,
    basis: () => basis
  });
  onDestroy(() => facts.stop());
  return facts;
}
