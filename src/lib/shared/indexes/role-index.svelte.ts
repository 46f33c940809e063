import type { RoleKind } from '$lib/core/roles/role-kinds';
import { perSession } from '$lib/client/session/per-session';
import type { Replica } from '$lib/client/sync/replica.svelte';
import { RolesList, type RoleRow } from './roles-list.svelte';
import type { Session } from '$lib/client/session/session.svelte';

/** The index of the roles of a kind, as far as this person may read it: what every page needs to name a role. */
export class RoleIndex {
  /** The index and the copy it is read from; null for those who may not see it. */
  held = $state.raw<{ replica: Replica; list: RolesList } | null>(null);
  readonly kind: RoleKind;
  readonly #session: Session;

  constructor(session: Session, kind: RoleKind) {
    this.#session = session;
    this.kind = kind;
  }

  /** Opens the index when it may be read, and anew after it was closed. */
  lookUp() {
    const replica = this.#session.rolesOf(this.kind);
    if (replica === (this.held?.replica ?? null)) return;
    const builtIn = new Set(this.#session.catalogue.catalogue.roles.map(({ id }) => id));
    this.held = replica && { replica, list: new RolesList(replica.doc, builtIn) };
  }

  /** A role's row; null when the index does not know it. */
  summary(roleId: string): RoleRow | null {
    return this.held?.list.get(roleId) ?? null;
  }

  /** Every role that the index knows. */
  all(): RoleRow[] {
    return this.held?.list.all() ?? [];
  }
}

/** The index of the roles of administrators of a session: one for all pages. */
export const roleIndexOf = perSession((session) => new RoleIndex(session, 'administrator'));

/** The index of the roles of users. */
export const userRoleIndexOf = perSession((session) => new RoleIndex(session, 'user'));

/** The index of the roles of a kind. */
export function roleIndexFor(session: Session, kind: RoleKind): RoleIndex {
  return kind === 'user' ? userRoleIndexOf(session) : roleIndexOf(session);
}
