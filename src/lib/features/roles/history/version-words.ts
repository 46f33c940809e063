import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { undoes, type RoleVersion } from '$lib/core/roles/role-history';
import { permissionName } from '$lib/core/wording/permissions';
import { counted } from '$lib/ui/counted';

/** A piece of a sentence; what it is about stands out. */
export type Piece = { text: string; strong?: boolean };

/**
 * "removed *Contacts › Export* and 2 more": what somebody did in a version, without who; `before`: the version before
 * it, if known.
 */
export function versionWords(
  version: RoleVersion,
  catalogue: CatalogueIndex,
  roleName: (id: string) => string | null,
  before?: RoleVersion
): Piece[] {
  if (before && undoes(version, before))
    return [{ text: 'undid ' }, { text: `version ${before.seq}`, strong: true }];
  const clauses = clausesOf(version, catalogue, roleName);
  return clauses.flatMap((clause, index) => {
    const last = clauses.length - 1;
    const joint = index === 0 ? '' : index === last ? ' and ' : ', ';
    return joint === '' ? clause : [{ text: joint }, ...clause];
  });
}

function clausesOf(
  version: RoleVersion,
  catalogue: CatalogueIndex,
  roleName: (id: string) => string | null
): Piece[][] {
  if (version.action === 'role.deleted') return [[{ text: 'deleted the role' }]];
  if (version.action === 'role.seeded') return [[{ text: 'added the built-in role' }]];
  if (version.action === 'role.created') {
    const size = version.granted.length;
    const amount = size === 0 ? 'without permissions' : `with ${permissions(size)}`;
    if (version.from === null) return [[{ text: `created the role ${amount}` }]];
    return [
      [
        { text: 'cloned it from ' },
        { text: roleName(version.from) ?? 'another role', strong: true },
        { text: ` ${amount}` }
      ]
    ];
  }
  const clauses: Piece[][] = [];
  if (version.restored !== null)
    clauses.push([{ text: 'restored ' }, { text: `version ${version.restored}`, strong: true }]);
  const listed = (verb: string, ids: readonly string[]) => {
    const [first, ...rest] = ids;
    if (first === undefined) return;
    clauses.push([
      { text: `${verb} ` },
      { text: permissionName(catalogue, first), strong: true },
      ...(rest.length > 0 ? [{ text: ` and ${counted(rest.length)} more` }] : [])
    ]);
  };
  listed('added', version.granted);
  listed('removed', version.revoked);
  for (const { field, new: value } of version.fields) {
    if (field === 'name') clauses.push([{ text: 'renamed it to ' }, { text: String(value), strong: true }]);
    else if (field === 'description') clauses.push([{ text: 'changed the description' }]);
    else clauses.push([{ text: value === true ? 'required 2FA' : 'stopped requiring 2FA' }]);
  }
  if (version.reviewed) clauses.push([{ text: 'reviewed the new permissions' }]);
  return clauses;
}

/** "1 permission", "12 permissions". */
export function permissions(count: number): string {
  return count === 1 ? '1 permission' : `${counted(count)} permissions`;
}
