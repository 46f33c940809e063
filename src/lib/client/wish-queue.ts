import type { RoleHeader } from '$lib/docs/role-doc';
import type { PermissionCell } from '$lib/docs/cells';

/** The most permissions one request may carry; what is above waits for the next one. */
const MOST_PER_REQUEST = 1000;

export type RoleFields = { name: string; description: string; require2fa: boolean };
export type RoleField = keyof RoleFields;

/** The input of `roles.edit`. */
export type RoleEditInput = {
  op: string;
  id: string;
  seen: number;
  grant?: string[];
  revoke?: string[];
} & Partial<RoleFields>;

/** What the author wants of one permission, and what they had on screen when they asked. */
type Wish = { on: boolean; seen: number; cellAt: string | null };

type FieldWish = { value: string | boolean; seen: number; from: string | boolean | null };

/** One request as it is sent, and sent again unchanged until its outcome is known. */
export type Sendable = {
  input: RoleEditInput;
  permissions: ReadonlyMap<string, boolean>;
  fields: Partial<RoleFields>;
};

/** What the replica says now. */
export type Replicated = {
  header: RoleHeader | null;
  cell(id: string): PermissionCell | undefined;
  /** Whether a change carries the name of the author of these wishes. */
  isMine(by: string): boolean;
  /** Acknowledged, but not yet in the replica: what was asked since must wait for it. */
  isLanding(key: string): boolean;
};

/**
 * Wishes that were not sent yet: the latest one per permission and field. `seen` is kept exact, since a grant made
 * in ignorance of a revocation must not undo it (LIV-6): wishes share a request only when one version says for all
 * of them what their author knew.
 */
export class WishQueue {
  readonly permissions = new Map<string, Wish>();
  readonly fields = new Map<RoleField, FieldWish>();

  get size(): number {
    return this.permissions.size + this.fields.size;
  }

  wish(id: string, on: boolean, seen: number, cell: PermissionCell | undefined) {
    this.permissions.delete(id);
    this.permissions.set(id, { on, seen, cellAt: cell?.at ?? null });
  }

  wishField(field: RoleField, value: string | boolean, seen: number, from: string | boolean | null) {
    this.fields.delete(field);
    this.fields.set(field, { value, seen, from });
  }

  /** Takes the next request out of the queue; null when nothing can be sent now. */
  take(roleId: string, op: string, replica: Replicated): Sendable | null {
    return this.#takePermissions(roleId, op, replica) ?? this.#takeFields(roleId, op, replica);
  }

  #takePermissions(roleId: string, op: string, replica: Replicated): Sendable | null {
    const taken = new Map<string, boolean>();
    let shared: number | null = null;
    for (const [id, wish] of this.permissions) {
      if (replica.isLanding(id)) continue;
      const seen = this.#seenOf(id, wish, replica);
      shared ??= seen;
      if (seen !== shared) continue;
      taken.set(id, wish.on);
      if (taken.size === MOST_PER_REQUEST) break;
    }
    if (shared === null) return null;
    for (const id of taken.keys()) this.permissions.delete(id);
    const grant = [...taken].filter(([, on]) => on).map(([id]) => id);
    const revoke = [...taken].filter(([, on]) => !on).map(([id]) => id);
    const input: RoleEditInput = { op, id: roleId, seen: shared };
    if (grant.length > 0) input.grant = grant;
    if (revoke.length > 0) input.revoke = revoke;
    return { input, permissions: taken, fields: {} };
  }

  /**
   * What the author knew of this permission. Untouched since, or touched by nobody but the author: the same as if it
   * were asked now. Touched by somebody else: what was on screen then.
   */
  #seenOf(id: string, wish: Wish, replica: Replicated): number {
    const cell = replica.cell(id);
    const known = (cell?.at ?? null) === wish.cellAt || (cell !== undefined && replica.isMine(cell.by));
    return known ? Math.max(wish.seen, replica.header?.seq ?? 0) : wish.seen;
  }

  #takeFields(roleId: string, op: string, replica: Replicated): Sendable | null {
    for (const [field, wish] of this.fields) {
      if (replica.isLanding(field)) continue;
      this.fields.delete(field);
      const known = replica.header !== null && replica.header[field] === wish.from;
      const fields = { [field]: wish.value } as Partial<RoleFields>;
      const seen = known ? Math.max(wish.seen, replica.header?.seq ?? 0) : wish.seen;
      return { input: { op, id: roleId, seen, ...fields }, permissions: new Map(), fields };
    }
    return null;
  }
}
