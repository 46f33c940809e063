import type * as Y from 'yjs';
import type { RoleSummary } from '$lib/documents/cells';
import { rolesMap } from '$lib/documents/list-docs';
import { createSubscriber } from 'svelte/reactivity';

export type RoleRow = RoleSummary & { id: string };

/** The index of roles, kept in step with its document. */
export class RolesList {
  readonly #map: Y.Map<RoleSummary>;
  readonly #subscribe: () => void;

  constructor(doc: Y.Doc) {
    const map = rolesMap(doc);
    this.#map = map;
    this.#subscribe = createSubscriber((update) => {
      const observer = () => update();
      map.observe(observer);
      return () => map.unobserve(observer);
    });
  }

  /** Locked first, then by name. */
  all(): RoleRow[] {
    this.#subscribe();
    const rows: RoleRow[] = [];
    this.#map.forEach((summary, id) => rows.push({ id, ...summary }));
    return rows.sort((a, b) => Number(b.locked) - Number(a.locked) || a.name.localeCompare(b.name));
  }

  get(id: string): RoleRow | null {
    this.#subscribe();
    const summary = this.#map.get(id);
    return summary ? { id, ...summary } : null;
  }
}
