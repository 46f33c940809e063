import { requirePermission } from '../../../core/access/access';
import type { Refusal } from '../../../core/access/refusal';
import type { PackageCounts } from '../../../core/packages/counts';
import { NAMED, previewCaps, previewCounts, type PackageUser } from '../../../core/packages/preview';
import { inheritAll, type CapSettings } from '../../../core/quotas/caps';
import { accountOf } from '../../../core/quotas/layers';
import { SEE_PLATFORM_CAPS } from '../../../core/quotas/shown-caps';
import { readUsed } from '../../db/tables/ledger-table';
import { readPackages } from '../../db/tables/packages-table';
import { readRoles } from '../../db/tables/roles-table';
import { tenantsOf, type TenantRow } from '../../db/tables/users-table';
import { readSection } from '../stored-settings/read-section';
import type { ActingPerson } from '../write-path/acting-person';
import { SEES } from '../write-path/address-holder';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import type { PackagePreview } from './package-answers';

type PreviewInput = {
  id: string;
  roleId?: string | undefined;
  caps?: Partial<CapSettings> | undefined;
  counts?: Partial<PackageCounts> | undefined;
};

/**
 * Whom a change of a package would reach, and who would be over (TEN-2): by name to those who may see users.
 * Nothing is changed.
 */
export function previewPackage(
  deps: Deps,
  caller: Caller,
  { id, roleId, caps = {}, counts = {} }: PreviewInput
): Promise<RefusalOr<PackagePreview>> {
  const question = { name: 'packages.preview', permission: 'tenants.packages.view' as const };
  return ask<PackagePreview>(deps, caller, question, async (actor) => {
    const { db } = deps;
    const [row] = await readPackages(db, [id]);
    if (!row) return { refused: { code: 'not-found', what: 'package' } };
    const role = roleId === undefined ? null : await roleChange(deps, actor, row.roleId, roleId);
    if (role && 'refused' in role) return role;
    const [platform, tenants, { timeZone }] = await Promise.all([
      readSection(db, 'caps'),
      tenantsOf(db, id),
      readSection(db, 'general')
    ]);
    const users = await withUsage(deps, tenants, timeZone);
    const showsPlatform = actor.permissions.has(SEE_PLATFORM_CAPS);
    const named = actor.permissions.has(SEES.user) ? NAMED : 0;
    return {
      answer: {
        users: users.length,
        caps: previewCaps({ platform, caps: row.caps, showsPlatform, named }, caps, users),
        counts: previewCounts({ counts: row.counts, named }, counts, users),
        role
      }
    };
  });
}

/** Permissions users gain and lose with another role. Seeing what a role grants takes a permission of its own. */
async function roleChange(
  { db, catalogue, grants }: Deps,
  actor: ActingPerson,
  from: string,
  to: string
): Promise<PackagePreview['role'] | { refused: Refusal }> {
  const missing = requirePermission(actor, 'tenants.user_roles.view');
  if (missing) return { refused: missing };
  const rows = new Map((await readRoles(db, [from, to])).map((row) => [row.id, row]));
  const next = rows.get(to);
  if (next?.kind !== 'user') return { refused: { code: 'not-found', what: 'role' } };
  const before = rows.get(from);
  const held = before ? (await grants.of(db, from, before.seq)).effective : new Set<string>();
  const then = (await grants.of(db, to, next.seq)).effective;
  return {
    gained: catalogue.ids.filter((permission) => then.has(permission) && !held.has(permission)),
    lost: catalogue.ids.filter((permission) => held.has(permission) && !then.has(permission))
  };
}

/** Users with how much they used, their days in their own time zone. */
async function withUsage({ db }: Deps, tenants: readonly TenantRow[], zone: string): Promise<PackageUser[]> {
  const account = (id: string) => accountOf({ type: 'user', id });
  const used = await readUsed(
    db,
    tenants.map(({ id, timeZone }) => ({ account: account(id), zone: timeZone ?? zone }))
  );
  return tenants.map(({ id, name, caps, counts }) => ({
    ...{ id, name, counts, used: used.get(account(id)) ?? null },
    caps: { ...inheritAll(), ...caps }
  }));
}
