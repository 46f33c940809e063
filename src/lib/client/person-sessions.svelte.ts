import type { Refusal } from '$lib/core/refusal';
import { api, refusalOf } from './api';

export type PersonSession = Awaited<ReturnType<typeof api.administrators.sessions.query>>[number];

export type PersonSessionsState =
  | { state: 'loading' }
  | { state: 'loaded'; sessions: readonly PersonSession[] }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'failed' };

/** Where somebody is signed in (ADM-9). */
export class PersonSessions {
  status = $state.raw<PersonSessionsState>({ state: 'loading' });
  readonly #id: string;
  #asked = 0;

  constructor(id: string) {
    this.#id = id;
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    let next: PersonSessionsState;
    try {
      next = { state: 'loaded', sessions: await api.administrators.sessions.query({ id: this.#id }) };
    } catch (error) {
      const refusal = refusalOf(error);
      next = refusal && refusal.code !== 'busy' ? { state: 'refused', refusal } : { state: 'failed' };
      // What was known stays on screen; the pill says that it is old.
      if (next.state === 'failed' && this.status.state === 'loaded') return;
    }
    // Of two answers under way the later question counts.
    if (asked === this.#asked) this.status = next;
  }
}
