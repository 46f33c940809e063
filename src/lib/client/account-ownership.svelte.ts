import type { Refusal } from '$lib/core/refusal';
import { api } from './api';
import type { DeedOutcome } from './outbox/outbox.svelte';
import type { DeedProcedure } from './outbox/record';
import type { Session } from './session.svelte';

/** The offer of the ownership, from both sides (OWN-2). Offering it is done on the other person's page. */
export class AccountOwnership {
  /** Null until it is known, or for those who may not see it. */
  owner = $state.raw<{ id: string; name: string } | null>(null);
  busy = $state(false);
  /** Why the last step was not done. */
  refusal = $state.raw<Refusal | null>(null);
  readonly #session: Pick<Session, 'outbox' | 'refresh'>;

  constructor(session: Pick<Session, 'outbox' | 'refresh'>) {
    this.#session = session;
  }

  async load(): Promise<void> {
    const view = await api.owner.get.query().catch(() => null);
    this.owner = view?.owner ?? null;
  }

  accept(): Promise<DeedOutcome['state']> {
    return this.#run('owner.accept');
  }

  decline(): Promise<DeedOutcome['state']> {
    return this.#run('owner.decline');
  }

  withdraw(): Promise<DeedOutcome['state']> {
    return this.#run('owner.withdraw');
  }

  /** Whatever comes of it, what is on screen is asked for anew. */
  async #run(procedure: DeedProcedure & `owner.${string}`): Promise<DeedOutcome['state']> {
    const { outbox } = this.#session;
    this.busy = true;
    this.refusal = null;
    try {
      const outcome = await outbox.deed({ procedure, subject: 'profile', label: 'Ownership', input: {} });
      if (outcome.state === 'refused') this.refusal = outcome.refusal;
      if (outcome.state !== 'kept') await this.#session.refresh();
      return outcome.state;
    } finally {
      this.busy = false;
    }
  }
}
