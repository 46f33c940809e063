import { SvelteMap } from 'svelte/reactivity';
import type { RoleKind } from '$lib/core/roles/role-kinds';
import { perSession } from '$lib/client/session/per-session';

/** The roles one of whose tabs is on screen: what was done to a role is remembered for as long as it is among them. */
class RolesInView {
  /** Number of pages that show a role. */
  readonly #pages = new SvelteMap<string, number>();

  /** Notes that a page shows a role. The result ends it; it is safe in the teardown of the page. */
  enter(roleId: string, kind: RoleKind): () => void {
    const key = roleKeyOf(roleId, kind);
    this.#pages.set(key, (this.#pages.get(key) ?? 0) + 1);
    return () => {
      const left = (this.#pages.get(key) ?? 1) - 1;
      if (left > 0) this.#pages.set(key, left);
      else this.#pages.delete(key);
    };
  }

  has(roleId: string, kind: RoleKind): boolean {
    return this.#pages.has(roleKeyOf(roleId, kind));
  }
}

/** The same role opened as one of the other kind, before its list told of it, is another one. */
export const roleKeyOf = (roleId: string, kind: RoleKind): string => `${kind} ${roleId}`;

export const rolesInViewOf = perSession(() => new RolesInView());
