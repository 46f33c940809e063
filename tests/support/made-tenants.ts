import { randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client';

/** A role of users, a package and users, made by somebody as the program makes them. */
export type MadeTenants = {
  role(name?: string, permissions?: readonly string[]): Promise<string>;
  package(fields?: Record<string, unknown>): Promise<{ id: string; name: string }>;
  user(
    packageId: string,
    fields?: Record<string, unknown>
  ): Promise<{ id: string; name: string; email: string }>;
};

/** Maker of users and packages with the rights of `by`. */
export function madeBy(by: ApiClient): MadeTenants {
  const unique = () => randomUUID().slice(0, 8);
  const role: MadeTenants['role'] = async (
    name = `Sender ${unique()}`,
    permissions = ['audience.contacts.view']
  ) => (await by.call<{ id: string }>('userRoles.create', { name, permissions })).id;
  return {
    role,
    async package(fields = {}) {
      const given = { name: `Package ${unique()}`, ...fields } as { name: string; roleId?: string };
      const roleId = given.roleId ?? (await role());
      const { id } = await by.call<{ id: string }>('packages.create', { ...given, roleId });
      return { id, name: given.name };
    },
    async user(packageId, fields = {}) {
      const mark = unique();
      const given = { name: `Client ${mark}`, email: `${mark}@client.example`, ...fields };
      const { id } = await by.call<{ id: string }>('users.create', { packageId, ...given });
      return { id, ...given };
    }
  };
}
