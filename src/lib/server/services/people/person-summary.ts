import type { PersonSummary } from '../../../docs/cells';
import type { AdministratorRow } from '../../db/administrators-table';

/** What the list of administrators shows of one of them. */
export function personSummary(
  row: AdministratorRow,
  role: { require2fa: boolean } | undefined,
  lastActive: Date | undefined
): PersonSummary {
  return {
    name: row.name,
    email: row.email,
    roleId: row.roleId,
    owner: row.owner,
    twoFactor: row.require2fa || role?.require2fa ? 'required' : 'off',
    status: row.status,
    lastActive: lastActive?.toISOString() ?? null,
    created: row.createdAt.toISOString()
  };
}
