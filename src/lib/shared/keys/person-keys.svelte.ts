import type { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';

export type PersonKey = Awaited<ReturnType<typeof api.administrators.keys.query>>[number];

/** Calls that list and revoke the keys of a kind of people. */
export type KeysApi = {
  list(id: string): Promise<readonly PersonKey[]>;
  revoke(input: { op: string; id: string; keyId: string }): Promise<unknown>;
};

/** The API keys of somebody, an administrator or a user, of which one can be ended (ADM-9). */
export class PersonKeys {
  readonly attempt = new FormAttempt<never>({ fields: [] });
  readonly #id: string;
  readonly #keys = new Loadable<readonly PersonKey[]>();
  readonly #api: KeysApi;
  readonly #revoke = new OneOperation((op, input: { id: string; keyId: string }) =>
    this.#api.revoke({ op, ...input })
  );

  constructor(id: string, of: KeysApi) {
    this.#id = id;
    this.#api = of;
  }

  get status(): LoadState<readonly PersonKey[]> {
    return this.#keys.status;
  }

  async load(): Promise<void> {
    await this.#keys.ask(() => this.#api.list(this.#id));
  }

  /** False: it was not revoked, and `attempt.problem` says why. */
  async revoke(keyId: string): Promise<boolean> {
    const done = await this.attempt.run(() => this.#revoke.run({ id: this.#id, keyId }));
    if (done) void this.load();
    return done !== null;
  }
}
