import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { CapSetting } from '$lib/core/quotas/caps';
import { barredUnlessOwn, capPermission, FIELD_RIGHTS } from '$lib/core/administrators/people';
import type { Refusal } from '$lib/core/access/refusal';
import { COMMANDS } from '$lib/core/commands';

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
  | 'stop2fa'
  | 'reset2fa'
  | 'revokeSessions'
  | 'sendingNames'
  | 'deleteSoft'
  | 'deleteHard';

type Rights = { can: (permission: PermissionId) => boolean; barred: Refusal | null };

const PERMISSION: Record<Exclude<PersonCommand, 'caps'>, PermissionId> = {
  edit: FIELD_RIGHTS.name,
  role: FIELD_RIGHTS.roleId,
  suspend: COMMANDS['administrators.suspend'].permission,
  reactivate: COMMANDS['administrators.reactivate'].permission,
  unlock: COMMANDS['administrators.unlock'].permission,
  resetPassword: COMMANDS['administrators.resetPassword'].permission,
  require2fa: COMMANDS['administrators.require2fa'].permission,
  stop2fa: COMMANDS['administrators.require2fa'].permission,
  reset2fa: COMMANDS['administrators.reset2fa'].permission,
  revokeSessions: COMMANDS['administrators.revokeSessions'].permission,
  sendingNames: COMMANDS['administrators.addSendingName'].permission,
  deleteSoft: COMMANDS['administrators.delete'].permissionOf({ hard: false }),
  deleteHard: COMMANDS['administrators.delete'].permissionOf({ hard: true })
};

/** Commands that somebody may give about their own account. */
const OF_ONESELF: ReadonlySet<PersonCommand> = new Set(['edit', 'require2fa']);

/**
 * Reason a command on an account is not allowed (ACC-7); null when it is. The server judges anyway.
 * @param barred what `administrators.get` says of the account as a whole, or the rule of core for this command
 */
export function whyNot(command: PersonCommand, rights: Rights): Refusal | null {
  if (command === 'caps') return whyNotCap('inherit', rights) && whyNotCap('unlimited', rights);
  const { can, barred } = rights;
  const permission = PERMISSION[command];
  if (!can(permission)) return { code: 'access/permission-required', permission };
  return OF_ONESELF.has(command) ? barredUnlessOwn(barred) : barred;
}

/** Reason a cap cannot be given, or taken away (`inherit`); null when it can. */
export function whyNotCap(setting: CapSetting, { can, barred }: Rights): Refusal | null {
  const permission = capPermission(setting);
  return can(permission) ? barred : { code: 'access/permission-required', permission };
}
