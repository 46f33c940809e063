import { randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client';
import { plantUserRole } from './users';
import type { StateProbe } from './state';

/** Packages and users that a test makes through the console. */
export function tenantsOf(client: ApiClient, state: StateProbe) {
  let made = 0;
  const login = () => `t${++made}-${randomUUID().slice(0, 8)}`;
  return {
    login,
    address: () => `${login()}@orchard.example`,
    /** A package with a role of users that grants this. */
    async package(permissions: readonly string[] = [], more: object = {}): Promise<string> {
      const roleId = await plantUserRole(state, permissions);
      const name = `Package ${login()}`;
      return (await client.call<{ id: string }>('packages.create', { name, roleId, ...more })).id;
    },
    async user(packageId: string, more: object = {}): Promise<string> {
      const given = { name: `User ${login()}`, email: `${login()}@orchard.example`, packageId, ...more };
      return (await client.call<{ id: string }>('users.create', given)).id;
    }
  };
}
