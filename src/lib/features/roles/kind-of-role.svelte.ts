import { ROLE_KINDS, type RoleKind } from '$lib/core/roles/role-kinds';
import type { Session } from '$lib/client/session/session.svelte';
import { roleIndexFor, type RoleIndex } from '$lib/shared/indexes/role-index.svelte';

/**
 * The kind of a role: that of the list that it stands in. What the address says counts where no list knows the role,
 * or none may be read: it may be older than the role, or typed.
 */
export class KindOfRole {
  readonly #indexes: Readonly<Record<RoleKind, RoleIndex>>;

  constructor(session: Session) {
    this.#indexes = {
      administrator: roleIndexFor(session, 'administrator'),
      user: roleIndexFor(session, 'user')
    };
  }

  /** Opens the lists that may be read: in an effect, again whenever rights come and go. */
  lookUp(): void {
    for (const kind of ROLE_KINDS) this.#indexes[kind].lookUp();
  }

  /** Null: a list that may know it is still on its way. */
  of(id: string, said: RoleKind): RoleKind | null {
    const listed = ROLE_KINDS.find((kind) => this.#indexes[kind].summary(id) !== null);
    if (listed) return listed;
    const isAwaited = ROLE_KINDS.some((kind) => {
      const replica = this.#indexes[kind].held?.replica;
      return replica?.loaded === false && replica.state === 'connecting';
    });
    return isAwaited ? null : said;
  }
}
