import type { SecretVoid } from '../../../core/administrators/activation';
import { twoFactorDemand, type TwoFactorSource } from '../../../core/sign-in/two-factor';
import { isLockedOut } from '../../auth/attempts';
import { userAccount } from '../../db/tables/accounts-table';
import { readLastActive } from '../../db/tables/last-active-table';
import type { RoleRow } from '../../db/tables/roles-table';
import type { UserRow } from '../../db/tables/users-table';
import { voidSecret } from '../credentials/activation-makers';
import { readSection } from '../stored-settings/read-section';
import type { Deps } from '../write-path/deps';
import { twoFactorRules } from '../write-path/session-policy';

/** Sign-in state of a user, in the terms of `administrators.get`. */
export type UserSignIn = {
  /** True if there is a password, or an open link. */
  hasSignIn: boolean;
  lastActive: string | null;
  twoFactor: 'on' | 'required' | 'off';
  /** ISO time from which it is required; null: now, or not at all. */
  twoFactorFrom: string | null;
  twoFactorSources: TwoFactorSource[];
  require2fa: boolean;
  require2faFrom: string | null;
  /** An initial password or a link that waits; null: activated, or nobody was invited. */
  activation: { invited: boolean; expires: string } | null;
  /** Reason a new link is needed; null: it is not, or whoever asks could not make one. */
  activationVoid: SecretVoid | null;
  /** Wrong tries in a row have closed the account. */
  lockedOut: boolean;
};

/** @param mayRenew whoever asks could make a new link */
export async function signInFacts(
  deps: Deps,
  row: UserRow,
  { role, mayRenew }: { role: RoleRow; mayRenew: boolean }
): Promise<UserSignIn> {
  const { db } = deps;
  const [active, platform2fa, lockedOut, why] = await Promise.all([
    readLastActive(db, [row.id]),
    readSection(db, 'twoFactor'),
    isLockedOut(db, row),
    mayRenew ? voidSecret(deps, db, userAccount(row, role.id)) : null
  ]);
  const demand = twoFactorDemand(twoFactorRules(platform2fa, role, row), new Date());
  const expires = row.activationExpiresAt;
  const seen = active.get(row.id);
  return {
    hasSignIn: row.passwordHash !== null || expires !== null,
    lastActive: seen?.toISOString() ?? null,
    twoFactor: row.twoFactor ? 'on' : demand.sources.length > 0 ? 'required' : 'off',
    twoFactorFrom: demand.from?.toISOString() ?? null,
    twoFactorSources: demand.sources,
    require2fa: row.require2fa,
    require2faFrom: row.require2faFrom?.toISOString() ?? null,
    activation: expires && {
      invited: row.activationHash !== null && seen === undefined,
      expires: expires.toISOString()
    },
    activationVoid: why,
    lockedOut
  };
}
