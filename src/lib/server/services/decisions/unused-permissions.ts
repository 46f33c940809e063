import { findPrincipal } from '../../../core/access/decisions/evaluate';
import type { SubjectKind } from '../../../core/access/decisions/view';
import {
  countingSince,
  roleHeldSince,
  usedPermissions,
  type UsedBy
} from '../../db/tables/permit-counts-table';
import { readCells } from '../../db/tables/roles-table';
import { ask } from '../write-path/ask';
import type { RefusalOr } from '../write-path/refusal-or';
import { effectiveOf } from './effective-of';
import type { Explaining } from './explain';

/** Days without any use after which a permission counts as unused. */
export const UNUSED_DAYS = 90;

export type UnusedPermissions = {
  days: number;
  /** ISO 8601. */
  countingSince: string;
  /** Number of permissions held. */
  held: number;
  /**
   * Permissions in the catalogue's order, each with since when its use is counted: later than the days before, where
   * it was given later.
   */
  unused: { permission: string; since: string }[];
};

/** Holder of the permissions: a role’s holders together, or one person, application or user. */
export type UnusedOf = { type: 'role' | SubjectKind; id: string };

/** Permissions of a role or of a principal that nobody used for 90 days (DEC-6). */
export function unusedPermissions(on: Explaining, of: UnusedOf): Promise<RefusalOr<UnusedPermissions>> {
  const { deps, authority, caller } = on;
  const question = { name: 'access.unused', permission: 'tools.decisions.search' } as const;
  return ask<UnusedPermissions>(deps, caller, question, async () => {
    const known = await authority.reach(null);
    if (!known) return { refused: { code: 'busy', retryAfter: 1 } };
    const principal = of.type === 'role' ? null : findPrincipal(known, { type: of.type, id: of.id });
    if (principal === undefined) return { refused: { code: 'not-found', what: 'subject' } };
    const role = known.role(principal ? principal.roleId : of.id);
    if (!role) return { refused: { code: 'not-found', what: 'role' } };
    const by: UsedBy = principal ? { principalId: principal.id } : { roleId: role.id };
    const effective = principal ? effectiveOf(known, principal) : role.effective;
    const held = known.catalogue.ids.filter((id) => effective.has(id));
    const [used, since, cells, heldSince] = await Promise.all([
      usedPermissions(deps.db, by, UNUSED_DAYS),
      countingSince(deps.db),
      readCells(deps.db, role.id, held),
      principal ? roleHeldSince(deps.db, principal) : null
    ]);
    const givenAt = new Map(cells.map((cell) => [cell.permissionId, cell.at]));
    const latest = (permission: string) =>
      new Date(Math.max(...[since, heldSince, givenAt.get(permission)].map((at) => at?.getTime() ?? 0)));
    return {
      answer: {
        days: UNUSED_DAYS,
        countingSince: since.toISOString(),
        held: held.length,
        unused: held
          .filter((id) => !used.has(id))
          .map((permission) => ({ permission, since: latest(permission).toISOString() }))
      }
    };
  });
}
