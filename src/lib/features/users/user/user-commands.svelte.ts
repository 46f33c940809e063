import { api } from '$lib/client/api/api';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { WholeCommand } from '$lib/client/outbox/record';
import { operation, type OperationOutcome } from '$lib/shared/commands/operation';

/** `seq`: the version on screen. */
type Target = { id: string; name: string; seq: number };
type Outcome = Promise<OperationOutcome<unknown>>;

/** Commands on a user. Steps of the status wait on the device without a connection; deleting requires one. */
export class UserCommands {
  readonly #outbox: Outbox;
  #made = 0;
  readonly #delete = operation((op, input: { id: string }) => api.users.delete.mutate({ op, ...input }));

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  suspend(user: Target, fields: { reason: string; until?: string }): Outcome {
    return this.#step(user, { procedure: 'users.suspend', input: { ...this.#seen(user), ...fields } });
  }

  reactivate(user: Target): Outcome {
    return this.#step(user, { procedure: 'users.reactivate', input: this.#seen(user) });
  }

  close(user: Target, reason: string): Outcome {
    return this.#step(user, { procedure: 'users.close', input: { ...this.#seen(user), reason } });
  }

  delete = ({ id }: Pick<Target, 'id'>): Outcome => this.#delete({ id });

  /**
   * Version that the author saw: the one on screen, or a newer one that an own step made, which may be taken back
   * before the list has told of it.
   */
  #seen({ id, seq }: Target): { id: string; seen: number } {
    return { id, seen: Math.max(seq, this.#made) };
  }

  async #step({ id, name }: Target, step: WholeCommand): Outcome {
    const outcome = await this.#outbox.run({ ...step, subject: `user:${id}`, label: name });
    if (outcome.state === 'done') this.#made = (outcome.answer as { seq: number }).seq;
    return outcome;
  }
}
