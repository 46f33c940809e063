import { perSession } from '$lib/client/session/per-session';
import type { Session } from '$lib/client/session/session.svelte';
import type { Replica } from '$lib/client/sync/replica.svelte';
import type { PackageSummary, UserSummary } from '$lib/documents/cells';
import { packagesMap, usersMap } from '$lib/documents/list-docs';
import { CellList } from './cell-list.svelte';

export type UserEntry = UserSummary & { id: string };
export type PackageEntry = PackageSummary & { id: string };

type Held<C extends object> = { replica: Replica; list: CellList<C> };

/**
 * The users and packages of the installation, as far as whoever is signed in may see them: one for all pages of a
 * session.
 */
export class Tenants {
  /** Null for those who may not see it. */
  users = $state.raw<Held<UserSummary> | null>(null);
  packages = $state.raw<Held<PackageSummary> | null>(null);
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Opens the lists when they may be read, and anew after they were closed. */
  lookUp(): void {
    const { users, packages } = this.#session;
    if (users !== (this.users?.replica ?? null))
      this.users = users && { replica: users, list: new CellList(usersMap(users.doc)) };
    if (packages !== (this.packages?.replica ?? null))
      this.packages = packages && { replica: packages, list: new CellList(packagesMap(packages.doc)) };
  }

  /** A package's name by its id, as any of the lists knows it. */
  packageName(id: string): string {
    const known = this.packages?.list.get(id)?.name;
    return (
      known ?? this.users?.list.all().find(({ packageId }) => packageId === id)?.packageName ?? 'A package'
    );
  }
}

export const tenantsOf = perSession((session) => new Tenants(session));
