import type { CommandFacts } from './command-facts';
import { INSTALLATION_COMMANDS } from './installation-commands';
import { ROLE_RIGHTS } from './roles/role-kinds';
import { TENANT_COMMANDS } from './tenant-commands';

// Every change that a signed-in person can ask for. The router, the use cases, the outbox and forwarding read what
// they need to know of it here. Schemas stand beside it, in protocol/commands: pages load this table, and no page
// loads zod.

/** All commands, by the path of their procedure. What is handed on is listed to clients in this order. */
export const COMMANDS = {
  'roles.edit': { about: 'role', permission: 'people.roles.edit', waits: 'whole', handedOn: true },
  'roles.create': { about: 'new-role', permission: 'people.roles.add', waits: 'whole', handedOn: true },
  'roles.delete': {
    about: 'role',
    permission: 'people.roles.delete',
    // With somebody to take its members over it is a change of many people's role.
    sensitive: ({ reassignTo }: { reassignTo?: string | undefined }) => reassignTo !== undefined,
    waits: 'whole',
    handedOn: true
  },
  'roles.restore': {
    about: 'role',
    permission: 'people.roles.rollback',
    // Much can change in one step (SECURITY 4.3).
    sensitive: true,
    waits: 'whole',
    handedOn: true
  },
  'roles.revokeSessions': {
    about: 'role',
    permission: 'people.credentials.revoke_sessions',
    sensitive: true,
    waits: 'whole',
    handedOn: true
  },
  /** Roles of users: seen, changed and given by permissions of their own (TEN-4). */
  'userRoles.edit': {
    about: 'user-role',
    permission: ROLE_RIGHTS.user.edit,
    roles: 'user',
    waits: 'whole',
    handedOn: true
  },
  'userRoles.create': {
    about: 'new-user-role',
    permission: ROLE_RIGHTS.user.add,
    roles: 'user',
    waits: 'whole',
    handedOn: true
  },
  'userRoles.delete': {
    about: 'user-role',
    permission: ROLE_RIGHTS.user.delete,
    sensitive: ({ reassignTo }: { reassignTo?: string | undefined }) => reassignTo !== undefined,
    roles: 'user',
    waits: 'whole',
    handedOn: true
  },
  'userRoles.restore': {
    about: 'user-role',
    permission: ROLE_RIGHTS.user.restore,
    sensitive: true,
    roles: 'user',
    waits: 'whole',
    handedOn: true
  },
  /** Each field asks for its own permission. */
  'administrators.update': {
    about: 'person',
    permission: 'people.administrators.view',
    sensitive: ({ email, roleId, caps }: { email?: unknown; roleId?: unknown; caps?: unknown }) =>
      email !== undefined || roleId !== undefined || caps !== undefined,
    waits: 'whole',
    handedOn: true
  },
  'administrators.suspend': {
    about: 'person',
    permission: 'people.administrators.suspend',
    sensitive: true,
    waits: 'whole',
    handedOn: true
  },
  'administrators.reactivate': {
    about: 'person',
    permission: 'people.administrators.reactivate',
    sensitive: true,
    waits: 'whole',
    handedOn: true
  },
  'administrators.unlock': {
    about: 'person',
    permission: 'people.administrators.unlock',
    waits: 'whole',
    handedOn: true
  },
  'administrators.delete': {
    about: 'person',
    permission: 'people.administrators.delete_soft',
    permissionOf: ({ hard }: { hard?: boolean | undefined }) =>
      hard ? 'people.administrators.delete_hard' : 'people.administrators.delete_soft',
    sensitive: true,
    waits: 'whole',
    handedOn: true
  },
  'administrators.require2fa': {
    about: 'person',
    permission: 'people.credentials.require_2fa',
    sensitive: true,
    waits: 'whole',
    handedOn: true
  },
  'administrators.reset2fa': {
    about: 'person',
    permission: 'people.credentials.reset_2fa',
    sensitive: true,
    waits: 'whole',
    handedOn: true
  },
  'administrators.revokeSessions': {
    about: 'person',
    permission: 'people.credentials.revoke_sessions',
    sensitive: true,
    waits: 'whole',
    handedOn: true
  },
  /** A personal key lets somebody act, as a session does. */
  'administrators.revokeKey': {
    about: 'person',
    permission: 'people.credentials.revoke_sessions',
    sensitive: true
  },
  /** Mail under a name counts against its owner's caps: adding one takes the permission that setting caps takes. */
  'administrators.addSendingName': {
    about: 'person',
    permission: 'quotas.admin_quota.set',
    sensitive: true
  },
  'administrators.removeSendingName': {
    about: 'person',
    permission: 'quotas.admin_quota.set',
    sensitive: true
  },
  /**
   * People alone may, as with a reset: whoever made an activation secret is judged by what they hold, which a key
   * narrows.
   */
  'administrators.create': {
    about: 'person',
    by: 'session',
    permission: 'people.administrators.add',
    sensitive: true
  },
  'administrators.resetPassword': {
    by: 'session',
    about: 'person',
    permission: 'people.credentials.reset_password',
    sensitive: true
  },
  'administrators.bulk': {
    about: 'person',
    permission: 'people.administrators.bulk_edit',
    sensitive: true
  },
  'administrators.beginImport': {
    by: 'session',
    about: 'person',
    permission: 'people.administrators.add',
    sensitive: true
  },
  'administrators.import': { by: 'session', about: 'person', permission: 'people.administrators.add' },
  'applications.create': { about: 'application', permission: 'people.api_keys.create', sensitive: true },
  'applications.update': {
    about: 'application',
    permission: 'people.api_keys.edit_scope',
    sensitive: ({ roleId, allowlist }: { roleId?: unknown; allowlist?: unknown }) =>
      roleId !== undefined || allowlist !== undefined
  },
  'applications.suspend': { about: 'application', permission: 'people.api_keys.expire', sensitive: true },
  'applications.reactivate': {
    about: 'application',
    permission: 'people.api_keys.edit_scope',
    sensitive: true
  },
  'applications.delete': { about: 'application', permission: 'people.api_keys.delete', sensitive: true },
  'applications.createKey': { about: 'key', permission: 'people.api_keys.create', sensitive: true },
  'applications.rotateKey': { about: 'key', permission: 'people.api_keys.rotate', sensitive: true },
  'applications.extendKey': { about: 'key', permission: 'people.api_keys.rotate', sensitive: true },
  'applications.revokeKey': { about: 'key', permission: 'people.api_keys.expire', sensitive: true },
  ...TENANT_COMMANDS,
  /** Routes take what they take of everybody's program: for those who may widen an application (ACC-2). */
  'routes.create': { about: 'route', permission: 'people.api_keys.edit_scope', sensitive: true },
  'routes.update': { about: 'route', permission: 'people.api_keys.edit_scope', sensitive: true },
  'routes.move': { about: 'route', permission: 'people.api_keys.edit_scope', sensitive: true },
  'routes.delete': { about: 'route', permission: 'people.api_keys.edit_scope', sensitive: true },
  /** One's own. Whether a user has keys, and how many, is a count of its package (TEN-2). */
  'keys.create': {
    about: 'key',
    by: 'session',
    permission: 'people.api_keys.create',
    permissionOfUsers: null,
    sensitive: true
  },
  'keys.revoke': { about: 'key', by: 'session', permission: null },
  /**
   * No password is asked for: it is for the moment when something goes wrong, on a phone too, and is undone by one
   * press (QUO-8).
   */
  'caps.pause': { about: 'sending', permission: 'quotas.ledger.pause' },
  'caps.resume': { about: 'sending', permission: 'quotas.ledger.pause' },
  /**
   * Nothing that outlives its end, and nothing above one's own cap: no step of those that ask for the password
   * (AUT-4).
   */
  'caps.raise': { about: 'sending', permission: 'quotas.admin_quota.raise_temporarily' },
  'caps.endRaise': { about: 'sending', permission: 'quotas.admin_quota.raise_temporarily' },
  'caps.reset': { about: 'sending', permission: 'quotas.admin_quota.reset_counter' },
  'owner.offer': {
    by: 'session',
    about: 'person',
    permission: 'people.ownership.transfer',
    sensitive: true,
    waits: 'whole'
  },
  'owner.withdraw': {
    by: 'session',
    about: 'owner',
    permission: 'people.ownership.transfer',
    waits: 'whole'
  },
  'owner.accept': { by: 'session', about: 'owner', permission: null, sensitive: true, waits: 'whole' },
  'owner.decline': { by: 'session', about: 'owner', permission: null, waits: 'whole' },
  'handovers.send': { by: 'session', about: 'handover', permission: 'people.administrators.view' },
  /** This and the next are for its recipient, the last one for its sender. */
  'handovers.settle': { by: 'session', about: 'handover', permission: null, waits: 'whole' },
  'handovers.decline': { by: 'session', about: 'handover', permission: null },
  'handovers.withdraw': { by: 'session', about: 'handover', permission: null },
  'me.update': {
    by: 'session',
    about: 'profile',
    permission: 'people.self.edit_profile',
    sensitive: ({ email }: { email?: unknown }) => email !== undefined,
    waits: 'parts'
  },
  'me.revokeSessions': {
    by: 'session',
    about: 'profile',
    permission: 'people.self.own_sessions',
    sensitive: true
  },
  'me.setAllowlist': {
    by: 'session',
    about: 'profile',
    permission: 'people.self.own_ip_allowlist',
    sensitive: true
  },
  ...INSTALLATION_COMMANDS
} as const satisfies Record<string, CommandFacts>;

export type CommandName = keyof typeof COMMANDS;

/** Names of the commands of which the table says so. */
type Named<F extends Partial<CommandFacts>> = {
  [N in CommandName]: (typeof COMMANDS)[N] extends F ? N : never;
}[CommandName];

/** Commands that wait on the device for a connection. */
export type WaitingCommandName = Named<{ waits: 'whole' | 'parts' }>;

/** Commands that wait as they were asked for. */
export type WholeCommandName = Named<{ waits: 'whole' }>;

/** Commands that can be handed on. */
export type HandedCommandName = Named<{ handedOn: true }>;

export function isHandedCommand(name: string): name is HandedCommandName {
  const commands: Readonly<Record<string, CommandFacts>> = COMMANDS;
  return Object.hasOwn(commands, name) && commands[name]?.handedOn === true;
}

/** Everything that can be handed on, in the order of the table. */
export const HANDED_COMMANDS: readonly HandedCommandName[] = Object.keys(COMMANDS).filter(isHandedCommand);
