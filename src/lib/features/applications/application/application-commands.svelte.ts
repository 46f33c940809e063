import { api } from '$lib/client/api/api';
import { NO_ANSWER, OneAtATime } from '$lib/client/forms/one-at-a-time.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { CommandFields } from '$lib/protocol/commands/commands';
import { applicationRefusalText } from '../application-rights';
import type { ApplicationKey } from '../applications.svelte';

/** Commands on an application and its keys. They require a connection; their answers are shown immediately. */
export class ApplicationCommands extends OneAtATime {
  readonly #catalogue: CatalogueIndex;
  readonly #suspend = new OneOperation((op, input: CommandFields<'applications.suspend'>) =>
    api.applications.suspend.mutate({ op, ...input })
  );
  readonly #reactivate = new OneOperation((op, input: CommandFields<'applications.reactivate'>) =>
    api.applications.reactivate.mutate({ op, ...input })
  );
  readonly #delete = new OneOperation((op, input: CommandFields<'applications.delete'>) =>
    api.applications.delete.mutate({ op, ...input })
  );
  readonly #createKey = new OneOperation((op, input: CommandFields<'applications.createKey'>) =>
    api.applications.createKey.mutate({ op, ...input })
  );
  readonly #rotateKey = new OneOperation((op, input: CommandFields<'applications.rotateKey'>) =>
    api.applications.rotateKey.mutate({ op, ...input })
  );
  readonly #extendKey = new OneOperation((op, input: CommandFields<'applications.extendKey'>) =>
    api.applications.extendKey.mutate({ op, ...input })
  );
  readonly #revokeKey = new OneOperation((op, input: CommandFields<'applications.revokeKey'>) =>
    api.applications.revokeKey.mutate({ op, ...input })
  );
  /** Extension of a key whose answer was lost. */
  #unanswered: CommandFields<'applications.extendKey'> | null = null;

  constructor(catalogue: CatalogueIndex) {
    super();
    this.#catalogue = catalogue;
  }

  suspend = (id: string) => this.#run(() => this.#suspend.run({ id }));
  reactivate = (id: string) => this.#run(() => this.#reactivate.run({ id }));
  delete = (id: string) => this.#run(() => this.#delete.run({ id }));
  revokeKey = (keyId: string) => this.#run(() => this.#revokeKey.run({ keyId }));
  createKey = (id: string, name: string, expiresAt: string) =>
    this.#run(() => this.#createKey.run({ id, expiresAt, ...(name === '' ? {} : { name }) }));
  rotateKey = (keyId: string, overlapMinutes: number, expiresAt: string) =>
    this.#run(() => this.#rotateKey.run({ keyId, overlapMinutes, expiresAt }));

  /**
   * Lets an old key work until then. After a lost answer the same end is asked for again: so it is the same operation,
   * and done once. Once the key is known to work for so long, it was done, and what is asked for is another one.
   */
  async extendKey({ id: keyId, retiresAt }: Pick<ApplicationKey, 'id' | 'retiresAt'>, until: string) {
    if (this.busy) return null;
    const lost = this.#unanswered?.keyId === keyId ? this.#unanswered : null;
    const isDone = lost !== null && retiresAt !== null && Date.parse(retiresAt) >= Date.parse(lost.until);
    const asked = lost === null || isDone ? { keyId, until } : lost;
    const extended = await this.#run(() => this.#extendKey.run(asked));
    this.#unanswered = this.fault === NO_ANSWER ? asked : null;
    return extended;
  }

  /** Null: it was not done, and `fault` says why. */
  #run<T>(command: () => Promise<T>): Promise<T | null> {
    return this.run(command, (refusal) => applicationRefusalText(refusal, this.#catalogue));
  }
}
