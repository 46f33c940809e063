import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { Refusal } from '$lib/core/access/refusal';
import { COMMANDS, type CommandName } from '$lib/core/commands';

/** What can be done to a user from its page. */
export type UserCommand = Extract<CommandName, `users.${string}`>;

type Rights = {
  can: (permission: PermissionId) => boolean;
  /** What `users.get` says of the user as a whole. */
  barred: Refusal | null;
};

/** Why something may not be done to a user (ACC-7); null: it may. The server judges anyway. */
export function whyNot(
  command: UserCommand,
  rights: Rights,
  more: readonly PermissionId[] = []
): Refusal | null {
  const missing = [COMMANDS[command].permission, ...more].find((permission) => !rights.can(permission));
  return missing ? { code: 'access/permission-required', permission: missing } : rights.barred;
}
