import { twoFactorDemand } from '../../../core/sign-in/two-factor';
import type { PersonStatus, PersonSummary } from '../../../documents/cells';
import type { AdministratorRow } from '../../db/tables/administrators-table';
import type { RoleRule, ValidSession } from '../../db/tables/sessions-table';
import { twoFactorRules } from '../write-path/session-policy';

/** Row of an administrator in the list of administrators. */
export function personSummary(
  row: AdministratorRow,
  given: {
    role: RoleRule | undefined;
    platform2fa: ValidSession['platform2fa'];
    lastActive: Date | undefined;
  }
): PersonSummary {
  const demand = twoFactorDemand(twoFactorRules(given.platform2fa, given.role, row), new Date());
  const asked = demand.sources.length > 0;
  return {
    name: row.name,
    email: row.email,
    roleId: row.roleId,
    owner: row.owner,
    twoFactor: row.twoFactor ? 'on' : asked ? 'required' : 'off',
    twoFactorFrom: demand.from?.toISOString() ?? null,
    status: statusOf(row),
    activation:
      row.activationExpiresAt === null
        ? null
        : {
            // Somebody who was here before has a link after a reset, and nobody calls that an invitation.
            invited: row.activationHash !== null && given.lastActive === undefined,
            expires: row.activationExpiresAt.toISOString(),
            by: row.activationMakers?.[0] ?? null
          },
    lastActive: given.lastActive?.toISOString() ?? null,
    created: row.createdAt.toISOString(),
    seq: row.seq
  };
}

function statusOf(row: AdministratorRow): PersonStatus {
  if (row.deletedAt !== null) return 'deactivated';
  if (row.status === 'suspended') return 'suspended';
  return row.activationExpiresAt === null ? 'active' : 'must-change';
}
