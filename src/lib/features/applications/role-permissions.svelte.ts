import { SvelteMap } from 'svelte/reactivity';
import { api } from '$lib/client/api/api';

/** A role in one of its versions. */
type RoleVersion = { id: string; seq: number };

/** Permissions that roles list, asked for once for each version: the index has their number alone. */
export class RolePermissions {
  readonly #known = new SvelteMap<string, readonly string[]>();
  readonly #asked = new Set<string>();

  /** Null while it is not known. */
  of(role: RoleVersion): readonly string[] | null {
    return this.#known.get(keyOf(role)) ?? null;
  }

  /** Asks for what is not known. A role that cannot be read stays unknown. */
  look(roles: readonly RoleVersion[]): void {
    for (const role of roles) void this.#ask(role);
  }

  async #ask(role: RoleVersion): Promise<void> {
    const key = keyOf(role);
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    try {
      const { permissions } = await api.roles.get.query({ id: role.id });
      this.#known.set(key, permissions);
    } catch {
      this.#asked.delete(key);
    }
  }
}

const keyOf = ({ id, seq }: RoleVersion): string => `${id} ${seq}`;
