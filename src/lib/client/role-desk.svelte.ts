import { perSession } from './per-session';
import type { Replica } from './replica.svelte';
import { RoleBuilder } from './role-builder.svelte';
import { RolesList, type RoleRow } from './roles-list.svelte';
import type { Session } from './session.svelte';

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
 * The roles being edited in this page. A role stays open while something of it is on its way, also when its page was left:
 * undo is still there on return.
 */
export class RoleDesk {
  /** The index of roles; null for those who may not see it. */
  index = $state.raw<{ replica: Replica; list: RolesList } | null>(null);
  readonly #session: Session;
  readonly #open = new Map<string, OpenRole>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Opens the index when it may be read, and anew after it was closed. */
  lookUp() {
    const replica = this.#session.mayRead('roles') ? this.#session.roles : null;
    if (replica === (this.index?.replica ?? null)) return;
    this.index = replica && { replica, list: new RolesList(replica.doc) };
  }

  /** What the index says of a role. */
  summary(roleId: string): RoleRow | null {
    return this.index?.list.get(roleId) ?? null;
  }

  /** Every role that the index knows. */
  all(): RoleRow[] {
    return this.index?.list.all() ?? [];
  }

  /** Opens a role; the caller gives it back with `release`. */
  take(roleId: string): RoleBuilder {
    const known = this.#open.get(roleId);
    if (known) {
      known.readers++;
      return known.builder;
    }
    const session = this.#session;
    const builder = new RoleBuilder({
      roleId,
      replica: session.open(`role:${roleId}`),
      catalogue: session.catalogue,
      actor: () => session.actor,
      members: () => this.summary(roleId)?.members ?? 0,
      outbox: session.outbox
    });
    const open = new OpenRole(builder);
    this.#open.set(roleId, open);
    const stop = $effect.root(() => {
      // Not at once: the next page may be about the same role.
      $effect(() => {
        if (open.isDone) setTimeout(() => open.isDone && this.#close(roleId, open, stop));
      });
    });
    return builder;
  }

  /** Gives a role back. Safe in the teardown of a page. */
  release(roleId: string) {
    const open = this.#open.get(roleId);
    if (open) open.readers--;
  }

  #close(roleId: string, open: OpenRole, stop: () => void) {
    if (this.#open.get(roleId) !== open) return;
    this.#open.delete(roleId);
    stop();
    open.builder.destroy();
    open.builder.replica.destroy();
  }
}

/** The desk of a session: one for all pages. */
export const deskOf = perSession((session) => new RoleDesk(session));
