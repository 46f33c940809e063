import { api, isConnectionFault, refusalOf } from './api';
import type { Replica } from './replica.svelte';
import { RoleBuilder } from './role-builder.svelte';
import { RolesList, type RoleRow } from './roles-list.svelte';
import type { Session } from './session.svelte';

type Open = { builder: RoleBuilder; readers: number; stop: () => void };

/**
 * The roles being edited in this page. A role stays open while something of it is unsaved or needs attention, also
 * when its page was left: no edit is lost by walking away, and undo is still there on return.
 */
export class RoleDesk {
  /** The index of roles; null for those who may not see it. */
  index = $state.raw<{ replica: Replica; list: RolesList } | null>(null);
  readonly #session: Session;
  readonly #open = new Map<string, Open>();
  #changes = $state(0);

  constructor(session: Session) {
    this.#session = session;
    session.connection.count(() => this.pending);
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

  /** Edits that are not committed yet, of all roles. */
  get pending(): number {
    void this.#changes;
    let pending = 0;
    for (const { builder } of this.#open.values()) pending += builder.edits.pending;
    return pending;
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
      actor: () => ({
        id: session.me.id,
        name: session.me.name,
        owner: session.me.owner,
        roleId: session.me.role.id,
        permissions: session.permissions
      }),
      members: () => this.summary(roleId)?.members ?? 0,
      send: (input) => api.roles.edit.mutate(input),
      refusalOf,
      isConnectionFault
    });
    const stop = $effect.root(() => {
      // Back in contact: what waits goes out at once.
      $effect(() => {
        if (builder.replica.state === 'live') builder.edits.retryNow();
      });
    });
    this.#open.set(roleId, { builder, readers: 1, stop });
    this.#changes++;
    return builder;
  }

  release(roleId: string) {
    const open = this.#open.get(roleId);
    if (!open) return;
    open.readers--;
    this.#closeWhenDone(roleId, open);
  }

  #closeWhenDone(roleId: string, open: Open) {
    const { edits, replica } = open.builder;
    const end = $effect.root(() => {
      $effect(() => {
        const unfinished = edits.pending > 0 || edits.attention.length > 0;
        const gone = replica.state === 'closed';
        if (open.readers > 0) queueMicrotask(() => end());
        else if (!unfinished || gone) {
          queueMicrotask(() => {
            end();
            if (open.readers > 0 || this.#open.get(roleId) !== open) return;
            this.#open.delete(roleId);
            this.#changes++;
            open.stop();
            open.builder.destroy();
            replica.destroy();
          });
        }
      });
    });
  }
}

const desks = new WeakMap<Session, RoleDesk>();

/** The desk of a session: one for all pages. */
export function deskOf(session: Session): RoleDesk {
  const known = desks.get(session);
  if (known) return known;
  const desk = new RoleDesk(session);
  desks.set(session, desk);
  return desk;
}
