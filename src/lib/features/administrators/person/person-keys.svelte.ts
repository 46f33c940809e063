import { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';

export type PersonKey = Awaited<ReturnType<typeof api.administrators.keys.query>>[number];

/** Somebody's personal API keys, of which one can be ended (ADM-9). */
export class PersonKeys {
  readonly attempt = new FormAttempt<never>({ fields: [] });
  readonly #id: string;
  readonly #keys = new Loadable<readonly PersonKey[]>();
  readonly #revoke = new OneOperation((op, input: { id: string; keyId: string }) =>
    api.administrators.revokeKey.mutate({ op, ...input })
  );

  constructor(id: string) {
    this.#id = id;
  }

  get status(): LoadState<readonly PersonKey[]> {
    return this.#keys.status;
  }

  async load(): Promise<void> {
    await this.#keys.ask(() => api.administrators.keys.query({ id: this.#id }));
  }

  /** False: it was not revoked, and `attempt.problem` says why. */
  async revoke(keyId: string): Promise<boolean> {
    const done = await this.attempt.run(() => this.#revoke.run({ id: this.#id, keyId }));
    if (done) void this.load();
    return done !== null;
  }
}
