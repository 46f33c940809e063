import type { Refusal } from '$lib/core/access/refusal';
import { api } from '$lib/client/api/api';
import type { CommandOutcome } from '$lib/client/outbox/outcomes';
import type { Change, OutboxRecord } from '$lib/client/outbox/record';
import { ownershipStep, type OwnershipStepName } from '$lib/features/administrators/person/person-commands';
import type { Session } from '$lib/client/session/session.svelte';

const SUBJECT = 'profile';

type Offer = Pick<NonNullable<Session['me']['offer']>, 'expiresAt'>;

/** The offer of the ownership, from both sides (OWN-2). Offering it is done on the other person's page. */
export class AccountOwnership {
  /** Null until it is known, or for those who may not see it. */
  owner = $state.raw<{ id: string; name: string } | null>(null);
  busy = $state(false);
  /** Refusal of the last step; null: there is none. */
  refusal = $state.raw<Refusal | null>(null);
  readonly #session: Pick<Session, 'outbox' | 'refresh'>;

  constructor(session: Pick<Session, 'outbox' | 'refresh'>) {
    this.#session = session;
  }

  async load(): Promise<void> {
    const view = await api.owner.get.query().catch(() => null);
    this.owner = view?.owner ?? null;
  }

  /** Decision that was made here and has not reached the server yet; null: none. One thing at a time. */
  get kept(): OutboxRecord | null {
    const { pending } = this.#session.outbox;
    if (this.busy) return null;
    return pending.find(({ subject, change }) => subject === SUBJECT && isOwnership(change)) ?? null;
  }

  takeBack(): void {
    if (this.kept) this.#session.outbox.discard(this.kept.n);
  }

  accept(offer: Offer): Promise<CommandOutcome['state']> {
    return this.#run('owner.accept', offer);
  }

  decline(offer: Offer): Promise<CommandOutcome['state']> {
    return this.#run('owner.decline', offer);
  }

  withdraw(offer: Offer): Promise<CommandOutcome['state']> {
    return this.#run('owner.withdraw', offer);
  }

  /** Whatever comes of it, what is on screen is asked for anew. */
  async #run(procedure: OwnershipStepName, offer: Offer): Promise<CommandOutcome['state']> {
    const { outbox } = this.#session;
    this.busy = true;
    this.refusal = null;
    try {
      const outcome = await ownershipStep(outbox, procedure, offer)();
      if (outcome.state === 'refused') this.refusal = outcome.refusal;
      if (outcome.state !== 'kept') await this.#session.refresh();
      return outcome.state;
    } finally {
      this.busy = false;
    }
  }
}

function isOwnership(change: Change): boolean {
  return change.kind === 'command' && change.procedure.startsWith('owner.');
}
