import type { RoleKind } from '$lib/core/roles/role-kinds';
import { perSession } from '$lib/client/session/per-session';
import { roleKeyOf, rolesInViewOf } from '../roles-in-view.svelte';
import { RoleBuilder } from './role-builder.svelte';
import { roleIndexFor } from '$lib/shared/indexes/role-index.svelte';
import type { Session } from '$lib/client/session/session.svelte';

/**
 * The roles being edited in this page. A role stays open while one of its tabs is on screen, or something of it is on
 * its way: what was done on one tab can be undone after a look at another.
 */
class OpenRoles {
  readonly #session: Session;
  readonly #open = new Map<string, RoleBuilder>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Opens a role as one of a kind, whose page is on screen. */
  take(roleId: string, kind: RoleKind): RoleBuilder {
    const key = roleKeyOf(roleId, kind);
    const known = this.#open.get(key);
    if (known) return known;
    const session = this.#session;
    const builder = new RoleBuilder({
      roleId,
      kind,
      replica: session.open(`role:${roleId}`, kind),
      catalogue: session.catalogue,
      actor: () => session.actor,
      members: () => roleIndexFor(session, kind).summary(roleId)?.members ?? 0,
      outbox: session.outbox
    });
    this.#open.set(key, builder);
    const stop = $effect.root(() => {
      // Not at once: the next page may be about the same role.
      $effect(() => {
        if (this.#isDone(builder)) setTimeout(() => this.#isDone(builder) && this.#close(key, builder, stop));
      });
    });
    return builder;
  }

  /** Nobody looks at it, and nothing of it is on its way: what else is unsettled the outbox keeps. */
  #isDone({ roleId, kind, edits, replica }: RoleBuilder): boolean {
    return (
      !rolesInViewOf(this.#session).has(roleId, kind) && (edits.pending === 0 || replica.state === 'closed')
    );
  }

  #close(key: string, builder: RoleBuilder, stop: () => void) {
    if (this.#open.get(key) !== builder) return;
    this.#open.delete(key);
    stop();
    builder.destroy();
    builder.replica.destroy();
  }
}

export const openRolesOf = perSession((session) => new OpenRoles(session));
