import type { RoleKind } from '../src/lib/core/roles/role-kinds';
import { roleOfDocument, type DocumentName } from '../src/lib/protocol/documents';
import { readRoleKinds } from '../src/lib/server/db/tables/roles-table';
import type { Deps } from '../src/lib/server/services/write-path/deps';

/** Kinds of the roles that documents show: looked up once, since a role stays of its kind and no id is used again. */
export class RoleKinds {
  readonly #deps: Deps;
  readonly #known = new Map<string, RoleKind>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Undefined: the document shows no role, or one that there never was. */
  async of(document: DocumentName): Promise<RoleKind | undefined> {
    const role = roleOfDocument(document);
    if (role === null) return undefined;
    const known = this.#known.get(role) ?? (await readRoleKinds(this.#deps.db, [role])).get(role);
    if (known) this.#known.set(role, known);
    return known;
  }
}
