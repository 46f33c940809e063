import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { Refusal } from '$lib/core/access/refusal';
import { COMMANDS, type CommandName } from '$lib/core/commands';

/** Command on a user, given from its page. */
export type UserCommand = Extract<CommandName, `users.${string}`>;

type Rights = {
  can: (permission: PermissionId) => boolean;
  /** Reason the user as a whole may not be changed, as `users.get` says; null when they may. */
  barred: Refusal | null;
};

/** Reason a command on a user is not allowed (ACC-7); null when it is. The server judges anyway. */
export function whyNot(
  command: UserCommand,
  rights: Rights,
  more: readonly PermissionId[] = []
): Refusal | null {
  const missing = [COMMANDS[command].permission, ...more].find((permission) => !rights.can(permission));
  return missing ? { code: 'access/permission-required', permission: missing } : rights.barred;
}
