import type { inferRouterOutputs } from '@trpc/server';
import { api } from '$lib/client/api/api';
import { Loadable, type LoadState } from '$lib/client/api/loadable.svelte';
import { perSession } from '$lib/client/session/per-session';
import type { Session } from '$lib/client/session/session.svelte';
import type { Replica } from '$lib/client/sync/replica.svelte';
import type { ApplicationSummary } from '$lib/documents/cells';
import type { AppRouter } from '$lib/server/api/trpc/router';
import { ApplicationsList } from '$lib/shared/indexes/applications-list.svelte';
import { directoryOf } from '$lib/shared/indexes/directory.svelte';
import { roleIndexOf } from '$lib/shared/indexes/role-index.svelte';
import { roleNamer } from '$lib/shared/words/people-words';

type Told = inferRouterOutputs<AppRouter>['applications']['list'][number];

/**
 * Key of an application. A fact that was not told is undefined: a device remembers no addresses, and nothing of
 * when a key was used.
 */
export type ApplicationKey = Omit<Told['keys'][number], 'lastUsedAt'> & {
  lastUsedAt: string | null | undefined;
};
export type Application = Omit<Told, 'allowlist' | 'keys'> & {
  allowlist: readonly string[] | undefined;
  keys: readonly ApplicationKey[];
};

/**
 * All applications: what the server last said, asked again whenever their document says that something changed;
 * without a connection and an answer, what the document shows. One list for the pages of a session.
 */
export class Applications {
  /** The list that is kept in step; null for those who may not see it. */
  held = $state.raw<{ replica: Replica; list: ApplicationsList } | null>(null);
  readonly #session: Session;
  readonly #known = new Loadable<readonly Application[]>();
  readonly #kept: readonly Application[] | null = $derived.by(() => this.#fromDocument());

  constructor(session: Session) {
    this.#session = session;
  }

  /** Opens the list when it may be read, and anew after it was closed. */
  lookUp(): void {
    const replica = this.#session.applications;
    if (replica === (this.held?.replica ?? null)) return;
    this.held = replica && { replica, list: new ApplicationsList(replica.doc) };
  }

  /** Another number after every change of any of them. */
  get changes(): number {
    return this.held?.list.changes ?? 0;
  }

  get status(): LoadState<readonly Application[]> {
    const { status } = this.#known;
    const isOffline = status.state === 'offline' || this.#session.connection.state === 'offline';
    if (status.state === 'loaded' || status.state === 'refused' || !isOffline) return status;
    return this.#kept === null ? status : { state: 'loaded', value: this.#kept };
  }

  get all(): readonly Application[] {
    const { status } = this;
    return status.state === 'loaded' ? status.value : [];
  }

  get loaded(): boolean {
    return this.status.state === 'loaded';
  }

  get loading(): boolean {
    return this.#known.asking;
  }

  get(id: string): Application | null {
    return this.all.find((each) => each.id === id) ?? null;
  }

  async load(): Promise<void> {
    await this.#known.ask(() => api.applications.list.query());
  }

  /** Applications that the document shows; null while this device has nothing of it. */
  #fromDocument(): readonly Application[] | null {
    if (!this.held?.replica.loaded) return null;
    const roleName = roleNamer(this.#session, roleIndexOf(this.#session));
    const directory = directoryOf(this.#session);
    const { me } = this.#session;
    return this.held.list
      .all()
      .map((each) =>
        fromCell(each, roleName, (id) =>
          id === me.id ? me.name : (directory.people?.list.get(id)?.name ?? 'An administrator')
        )
      );
  }
}

export const applicationsOf = perSession((session) => new Applications(session));

function fromCell(
  { id, roleId, stewardId, keys, ...rest }: ApplicationSummary & { id: string },
  roleName: (id: string) => string,
  personName: (id: string) => string
): Application {
  return {
    ...rest,
    id,
    role: { id: roleId, name: roleName(roleId) },
    steward: stewardId === null ? null : { id: stewardId, name: personName(stewardId) },
    allowlist: undefined,
    keys: keys.map((key) => ({ ...key, lastUsedAt: undefined, lastUsedFrom: null, state: 'active' as const }))
  };
}
