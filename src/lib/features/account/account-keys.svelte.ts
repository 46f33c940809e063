import type { inferRouterOutputs } from '@trpc/server';
import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { personRefusalText } from '$lib/core/wording/refusals';
import { tidyText } from '$lib/core/text/names';
import { expiryAfter } from '$lib/shared/keys/key-life';
import type { AppRouter } from '$lib/server/api/trpc/router';

export type OwnKey = inferRouterOutputs<AppRouter>['keys']['list'][number];
type Order = { name: string; permissions: string[]; expiresAt: string };

/** One's own keys (APP-5). */
export class AccountKeys {
  readonly known = new Loadable<readonly OwnKey[]>();
  readonly attempt: FormAttempt<'name' | 'permissions' | 'expiresAt'>;
  readonly #create = new OneOperation((op, order: Order) => api.keys.create.mutate({ op, ...order }));
  readonly #revoke = new OneOperation((op, input: { keyId: string }) =>
    api.keys.revoke.mutate({ op, ...input })
  );

  constructor(catalogue: CatalogueIndex) {
    this.attempt = new FormAttempt({
      fields: ['name', 'permissions', 'expiresAt'],
      words: (refusal) =>
        refusal.code === 'access/not-held'
          ? { field: 'permissions', text: personRefusalText(refusal, catalogue) }
          : null
    });
  }

  load = (): Promise<boolean> => this.known.ask(() => api.keys.list.query());

  /** @param since what it expires after counts from here. Null: it was not made, and the form says why. */
  async create(typed: {
    name: string;
    permissions: readonly string[];
    expiry: string;
    since: Date;
  }): Promise<{ key: string | null } | null> {
    const name = tidyText(typed.name);
    const problems = {
      name: name === '' ? 'Enter a name.' : null,
      permissions: typed.permissions.length === 0 ? 'Choose at least one permission.' : null
    };
    if (this.attempt.refuse(problems)) return null;
    const order = {
      name,
      permissions: [...typed.permissions],
      expiresAt: expiryAfter(typed.expiry, typed.since)
    };
    const made = await this.attempt.run(() => this.#create.run(order));
    if (made) void this.load();
    return made;
  }

  /** False: it was not revoked, and `attempt.problem` says why. */
  async revoke(keyId: string): Promise<boolean> {
    const done = await this.attempt.run(() => this.#revoke.run({ keyId }));
    if (done) void this.load();
    return done !== null;
  }
}
