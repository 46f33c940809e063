import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { OperationOutcome } from '$lib/shared/deeds/operation';

type Target = { id: string; name: string };
type Outcome = Promise<OperationOutcome<unknown>>;

/** What is done to a user from its page. Suspending and reactivating wait on the device without a connection; the rest takes one. */
export class UserDeeds {
  readonly #outbox: Outbox;
  readonly #close = new OneOperation((op, input: { id: string; reason: string }) =>
    api.users.close.mutate({ op, ...input })
  );
  readonly #delete = new OneOperation((op, input: { id: string }) =>
    api.users.delete.mutate({ op, ...input })
  );

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  suspend({ id, name }: Target, fields: { reason: string; until?: string }): Outcome {
    const input = { id, ...fields };
    return this.#outbox.deed({ procedure: 'users.suspend', input, subject: `user:${id}`, label: name });
  }

  reactivate({ id, name }: Target): Outcome {
    return this.#outbox.deed({
      procedure: 'users.reactivate',
      input: { id },
      subject: `user:${id}`,
      label: name
    });
  }

  close = ({ id }: Target, reason: string): Outcome => answered(() => this.#close.run({ id, reason }));
  delete = ({ id }: Target): Outcome => answered(() => this.#delete.run({ id }));
}

async function answered(send: () => Promise<unknown>): Outcome {
  try {
    return { state: 'done', answer: await send() };
  } catch (error) {
    const refusal = refusalOf(error);
    if (isConnectionFault(error)) return { state: 'unknown' };
    if (!refusal) throw error;
    return { state: 'refused', refusal };
  }
}
