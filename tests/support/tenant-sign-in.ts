import { ApiClient } from './api-client';
import type { TestConsole } from './console';
import { PASSWORD } from './console';
import type { StateProbe } from './state';
import { tenantsOf } from './tenants';

/** Permissions that every role of users of these tests grants: its own account, usage and log. */
export const OWN_RIGHTS = [
  ...['edit_profile', 'change_password', 'manage_2fa_passkeys', 'own_ip_allowlist', 'own_sessions'].map(
    (id) => `people.self.${id}`
  ),
  ...['quotas.admin_quota.view_own', 'quotas.admin_quota.view_usage_own'],
  ...['tools.activity_log.view_own', 'tools.authentication_log.view_own']
];

export type SignedInUser = {
  id: string;
  name: string;
  email: string;
  packageId: string;
  client: ApiClient;
};

/** Users who were invited, took the invitation and are signed in. */
export function signedInUsers(app: TestConsole, state: StateProbe) {
  const make = tenantsOf(app.owner, state);
  return {
    make,
    async user(rights: readonly string[] = OWN_RIGHTS, more: object = {}): Promise<SignedInUser> {
      const packageId = await make.package(rights, more);
      const given = { name: `Client ${make.login()}`, email: make.address(), packageId };
      const { id } = await app.owner.call<{ id: string }>('users.create', given);
      const client = new ApiClient(app.origin);
      await client.call('auth.acceptInvitation', { token: await inviteOf(app, id), password: PASSWORD });
      return { id, ...given, client };
    }
  };
}

/** The secret of a new link for a user. */
export async function inviteOf(app: TestConsole, id: string): Promise<string> {
  const { link } = await app.owner.call<{ link: string }>('users.resetPassword', { id });
  return link.split('#')[1]!;
}
