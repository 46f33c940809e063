import type { RoleSnapshot } from './role-history.svelte';
import { effectivePermissions, requirePermission, type Actor } from '$lib/core/access/access';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { ROLE_RIGHTS, type RoleKind } from '$lib/core/roles/role-kinds';
import { differenceBetween } from '$lib/core/roles/role-history';
import { decideRoleEdit, type Cell, type RoleEditDecision, type RoleState } from '$lib/core/roles/roles';

type Input = {
  catalogue: CatalogueIndex;
  actor: Actor;
  role: { id: string; kind: RoleKind; locked: boolean; members: number };
  /** The role as it is, and as it was. */
  now: RoleSnapshot;
  earlier: RoleSnapshot;
};

/** Previews a restore, by the rules that the server applies, as far as this page knows the role (ACC-7). */
export function previewRestore({ catalogue, actor, role, now, earlier }: Input): RoleEditDecision {
  for (const right of ['restore', 'edit'] as const) {
    const missing = requirePermission(actor, ROLE_RIGHTS[role.kind][right]);
    if (missing) return { refused: missing };
  }
  const { granted, revoked, fields } = differenceBetween(now, earlier);
  const stamp = { version: 0, by: '', at: now.since };
  const state: RoleState = {
    id: role.id,
    kind: role.kind,
    locked: role.locked,
    version: now.seq,
    name: { value: now.name, ...stamp },
    description: { value: now.description, ...stamp },
    require2fa: { value: now.require2fa, ...stamp },
    require2faFrom: null,
    hasMembers: role.members > 0,
    // Whether the owner is among them is not known here; the server judges.
    heldByOwner: false,
    effective: effectivePermissions(catalogue, { all: false, ids: now.permissions }, false)
  };
  const cells = new Map<string, Cell>();
  for (const id of granted) cells.set(id, { on: false, ...stamp });
  for (const id of revoked) cells.set(id, { on: true, ...stamp });
  return decideRoleEdit(catalogue, actor, state, cells, {
    seen: now.seq,
    grant: granted,
    revoke: revoked,
    ...fields
  });
}
