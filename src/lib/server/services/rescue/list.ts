import { SUPER_ADMINISTRATOR } from '../../../core/access/catalogue';
import { readAdministrators } from '../../db/tables/administrators-table';
import { readRoles } from '../../db/tables/roles-table';
import { readSection } from '../stored-settings/read-section';
import type { Deps } from '../write-path/deps';
import { personSummary } from '../administrators/person-summary';

/** Everybody in columns, Super Administrators first: whom the other commands can be used on. */
export async function listPeople(deps: Deps): Promise<string[]> {
  const [people, roles, platform2fa] = await Promise.all([
    readAdministrators(deps.db),
    readRoles(deps.db),
    readSection(deps.db, 'twoFactor')
  ]);
  const byId = new Map(roles.map((role) => [role.id, role]));
  const isSuper = (roleId: string) => roleId === SUPER_ADMINISTRATOR;
  const inOrder = people.toSorted(
    (a, b) =>
      Number(b.owner) - Number(a.owner) ||
      Number(isSuper(b.roleId)) - Number(isSuper(a.roleId)) ||
      a.name.localeCompare(b.name)
  );
  const rows = inOrder.map((row) => {
    const role = byId.get(row.roleId);
    const { status, twoFactor } = personSummary(row, { role, platform2fa, lastActive: undefined });
    const title = role?.name ?? row.roleId;
    return [row.email, row.name, row.owner ? `${title} (owner)` : title, status, `2FA ${twoFactor}`];
  });
  return inColumns([['EMAIL', 'NAME', 'ROLE', 'STATUS', '2FA'], ...rows]);
}

function inColumns(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  );
}
