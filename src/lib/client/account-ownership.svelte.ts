import { v4 as uuid } from 'uuid';
import type { RefusalCode } from '$lib/core/refusal';
import { api } from './api';
import { FormAttempt } from './form-attempt.svelte';
import type { Session } from './session.svelte';

const WORDS: Partial<Record<RefusalCode, string>> = {
  'not-found': 'The offer is not open any more: it was withdrawn, or its time is over.',
  'access/owner': 'Only an active Super Administrator can become the owner.'
};

/** The offer of the ownership, from both sides (OWN-2). Offering it is done on the other person's page. */
export class AccountOwnership {
  /** Null until it is known, or for those who may not see it. */
  owner = $state.raw<{ id: string; name: string } | null>(null);
  readonly attempt = new FormAttempt<never>({
    fields: [],
    words: ({ code }) => (WORDS[code] === undefined ? null : { text: WORDS[code] })
  });
  readonly #session: Pick<Session, 'me' | 'refresh'>;

  constructor(session: Pick<Session, 'me' | 'refresh'>) {
    this.#session = session;
  }

  async load(): Promise<void> {
    const view = await api.owner.get.query().catch(() => null);
    this.owner = view?.owner ?? null;
  }

  accept(): Promise<boolean> {
    return this.#run(() => api.owner.accept.mutate({ op: uuid() }));
  }

  decline(): Promise<boolean> {
    return this.#run(() => api.owner.decline.mutate({ op: uuid() }));
  }

  withdraw(): Promise<boolean> {
    return this.#run(() => api.owner.withdraw.mutate({ op: uuid() }));
  }

  /** True when it is done. Whatever came of it, what is on screen is asked for anew. */
  async #run(send: () => Promise<unknown>): Promise<boolean> {
    const done = await this.attempt.run(send);
    await this.#session.refresh();
    return done !== null;
  }
}
