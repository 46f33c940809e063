import type { CommandFacts } from './command-facts';

/** Changes of users and of their packages: part of the table of all commands. */
export const TENANT_COMMANDS = {
  'packages.create': { about: 'package', roles: 'user', permission: 'tenants.packages.add' },
  /** Switches take a permission of their own. What the package's users may do and send is theirs (AUT-4). */
  'packages.update': {
    about: 'package',
    roles: 'user',
    permission: 'tenants.packages.edit',
    sensitive: ({ roleId, caps }: { roleId?: unknown; caps?: unknown }) =>
      roleId !== undefined || caps !== undefined,
    waits: 'whole'
  },
  'packages.delete': {
    about: 'package',
    roles: 'user',
    permission: 'tenants.packages.delete',
    sensitive: true,
    waits: 'whole'
  },
  /** Own caps and counts, and allowed addresses, take permissions of their own. */
  'users.create': {
    about: 'user',
    roles: 'user',
    permission: 'tenants.users.add',
    sensitive: ({ caps }: { caps?: unknown }) => caps !== undefined
  },
  'users.update': {
    about: 'user',
    roles: 'user',
    permission: 'tenants.users.edit',
    sensitive: ({ email, packageId, caps }: { email?: unknown; packageId?: unknown; caps?: unknown }) =>
      email !== undefined || packageId !== undefined || caps !== undefined,
    waits: 'whole'
  },
  'users.suspend': {
    about: 'user',
    roles: 'user',
    permission: 'tenants.users.suspend',
    sensitive: true,
    waits: 'whole'
  },
  /** Ending a closing takes what closing takes as well. */
  'users.reactivate': { about: 'user', roles: 'user', permission: 'tenants.users.activate', waits: 'whole' },
  'users.close': {
    about: 'user',
    roles: 'user',
    permission: 'tenants.users.close',
    sensitive: true,
    waits: 'whole'
  },
  'users.delete': { about: 'user', roles: 'user', permission: 'tenants.users.delete', sensitive: true },
  /** Mail under a name counts against its owner's caps: adding one takes the permission that setting caps takes. */
  'users.addSendingName': {
    about: 'user',
    roles: 'user',
    permission: 'tenants.users.override_quota',
    sensitive: true
  },
  'users.removeSendingName': {
    about: 'user',
    roles: 'user',
    permission: 'tenants.users.override_quota',
    sensitive: true
  },
  'users.bulk': { about: 'user', roles: 'user', permission: 'tenants.users.bulk', sensitive: true },
  /**
   * Credentials of users: by the permissions for everybody's, and seeing users. Who made a secret is judged by what
   * they hold, which a key narrows.
   */
  'users.resetPassword': {
    about: 'user',
    roles: 'user',
    by: 'session',
    permission: 'people.credentials.reset_password',
    sensitive: true
  },
  'users.require2fa': {
    about: 'user',
    roles: 'user',
    permission: 'people.credentials.require_2fa',
    sensitive: true
  },
  'users.reset2fa': {
    about: 'user',
    roles: 'user',
    permission: 'people.credentials.reset_2fa',
    sensitive: true
  },
  'users.revokeSessions': {
    about: 'user',
    roles: 'user',
    permission: 'people.credentials.revoke_sessions',
    sensitive: true
  },
  /** A key lets a user act, as a session does. */
  'users.revokeKey': {
    about: 'user',
    roles: 'user',
    permission: 'people.credentials.revoke_sessions',
    sensitive: true
  },
  'users.unlock': { about: 'user', roles: 'user', permission: 'people.administrators.unlock' },
  /** The session is one of its own, beside that of whoever asks (TEN-6). */
  'users.signInAs': {
    about: 'user',
    by: 'session',
    permission: 'people.impersonation.login_as_tenant',
    sensitive: true
  },
  /** A proof is of a session: what goes on under one is by people. */
  'users.beginImport': {
    about: 'user',
    roles: 'user',
    by: 'session',
    permission: 'tenants.users.add',
    sensitive: true
  },
  'users.import': { about: 'user', roles: 'user', by: 'session', permission: 'tenants.users.add' }
} as const satisfies Record<string, CommandFacts>;
