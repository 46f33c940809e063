import type { RoleKind } from '$lib/core/roles/role-kinds';
import { perSession } from '$lib/client/session/per-session';
import { RoleBuilder } from './role-builder.svelte';
import { roleIndexFor } from '$lib/shared/indexes/role-index.svelte';
import type { Session } from '$lib/client/session/session.svelte';

/** A role that is open: in how many pages, and until when. */
class OpenRole {
  readers = $state(1);
  readonly builder: RoleBuilder;

  constructor(builder: RoleBuilder) {
    this.builder = builder;
  }

  /** Nobody looks at it, and nothing of it is on its way: what else is unsettled the outbox keeps. */
  get isDone(): boolean {
    const { edits, replica } = this.builder;
    return this.readers === 0 && (edits.pending === 0 || replica.state === 'closed');
  }
}

/**
 * The roles being edited in this page. A role stays open while something of it is on its way, also when its page was
 * left: undo is still there on return.
 */
class OpenRoles {
  readonly #session: Session;
  readonly #open = new Map<string, OpenRole>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Opens a role as one of a kind; the caller gives it back with `release`. */
  take(roleId: string, kind: RoleKind): RoleBuilder {
    const key = keyOf(roleId, kind);
    const known = this.#open.get(key);
    if (known) {
      known.readers++;
      return known.builder;
    }
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
    const open = new OpenRole(builder);
    this.#open.set(key, open);
    const stop = $effect.root(() => {
      // Not at once: the next page may be about the same role.
      $effect(() => {
        if (open.isDone) setTimeout(() => open.isDone && this.#close(key, open, stop));
      });
    });
    return builder;
  }

  /** Gives a role back. Safe in the teardown of a page. */
  release(roleId: string, kind: RoleKind) {
    const open = this.#open.get(keyOf(roleId, kind));
    if (open) open.readers--;
  }

  #close(key: string, open: OpenRole, stop: () => void) {
    if (this.#open.get(key) !== open) return;
    this.#open.delete(key);
    stop();
    open.builder.destroy();
    open.builder.replica.destroy();
  }
}

/** The same role opened as one of the other kind, before its list told of it, is another builder. */
const keyOf = (roleId: string, kind: RoleKind): string => `${kind} ${roleId}`;

/** The open roles of a session: one set for all pages. */
export const openRolesOf = perSession((session) => new OpenRoles(session));
