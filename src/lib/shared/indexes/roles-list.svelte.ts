import type * as Y from 'yjs';
import type { RoleCell } from '$lib/documents/cells';
import { rolesMap } from '$lib/documents/list-docs';
import { createSubscriber } from 'svelte/reactivity';
import { naturalOrder } from '$lib/ui/natural-order';

export type RoleRow = RoleCell & { id: string };

/** The index of roles, kept in step with its document. */
export class RolesList {
  readonly #map: Y.Map<RoleCell>;
  readonly #builtIn: ReadonlySet<string>;
  readonly #subscribe: () => void;

  constructor(doc: Y.Doc, builtIn: ReadonlySet<string>) {
    const map = rolesMap(doc);
    this.#map = map;
    this.#builtIn = builtIn;
    this.#subscribe = createSubscriber((update) => {
      const observer = () => update();
      map.observe(observer);
      return () => map.unobserve(observer);
    });
  }

  /** Locked first, then the built-in roles, then by name. */
  all(): RoleRow[] {
    this.#subscribe();
    const rows: RoleRow[] = [];
    this.#map.forEach((summary, id) => rows.push({ id, ...summary }));
    const rank = ({ id, locked }: RoleRow) => (locked ? 0 : this.#builtIn.has(id) ? 1 : 2);
    return rows.sort((a, b) => rank(a) - rank(b) || naturalOrder(a.name, b.name));
  }

  get(id: string): RoleRow | null {
    this.#subscribe();
    const summary = this.#map.get(id);
    return summary ? { id, ...summary } : null;
  }
}
