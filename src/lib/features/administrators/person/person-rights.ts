import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { CapSetting } from '$lib/core/quotas/caps';
import { capPermission } from '$lib/core/administrators/people';
import type { Refusal } from '$lib/core/access/refusal';

/** Command on an account, given from its page. */
export type PersonCommand =
  | 'edit'
  | 'role'
  | 'caps'
  | 'suspend'
  | 'reactivate'
  | 'unlock'
  | 'resetPassword'
  | 'require2fa'
  | 'reset2fa'
  | 'revokeSessions'
  | 'sendingNames'
  | 'deleteSoft'
  | 'deleteHard';

type Rights = { can: (permission: PermissionId) => boolean; barred: Refusal | null };

const PERMISSION: Record<Exclude<PersonCommand, 'caps'>, PermissionId> = {
  edit: 'people.administrators.edit',
  role: 'people.administrators.change_role',
  suspend: 'people.administrators.suspend',
  reactivate: 'people.administrators.reactivate',
  unlock: 'people.administrators.unlock',
  resetPassword: 'people.credentials.reset_password',
  require2fa: 'people.credentials.require_2fa',
  reset2fa: 'people.credentials.reset_2fa',
  revokeSessions: 'people.credentials.revoke_sessions',
  sendingNames: 'quotas.admin_quota.set',
  deleteSoft: 'people.administrators.delete_soft',
  deleteHard: 'people.administrators.delete_hard'
};

/**
 * Reason a command on an account is not allowed (ACC-7); null when it is. The server judges anyway.
 * @param barred what `administrators.get` says of the account as a whole
 */
export function whyNot(command: PersonCommand, rights: Rights): Refusal | null {
  if (command === 'caps') return whyNotCap('inherit', rights) && whyNotCap('unlimited', rights);
  const { can, barred } = rights;
  const permission = PERMISSION[command];
  if (!can(permission)) return { code: 'access/permission-required', permission };
  // One's own name and address, and asking more of oneself, are nobody else's business.
  if (barred?.code === 'access/self' && (command === 'edit' || command === 'require2fa')) return null;
  return barred;
}

/** Reason a cap cannot be given, or taken away (`inherit`); null when it can. */
export function whyNotCap(setting: CapSetting, { can, barred }: Rights): Refusal | null {
  const permission = capPermission(setting);
  return can(permission) ? barred : { code: 'access/permission-required', permission };
}
