import { randomUUID } from 'node:crypto';
import { unlimitedCounts, inheritCounts } from '../../src/lib/core/packages/counts';
import { allOff } from '../../src/lib/core/packages/switches';
import { inheritAll } from '../../src/lib/core/quotas/caps';
import { emailKey, nameKey } from '../../src/lib/core/text/names';
import type { StateProbe } from './state';

type Caps = Record<string, 'inherit' | 'unlimited' | number>;

/** Properties of a package that is put straight into the database, where they matter. */
export type PlantedPackage = {
  name?: string;
  /** A role of users; absent: one is made that grants `permissions`. */
  roleId?: string;
  permissions?: readonly string[];
  caps?: Caps;
};

/** Properties of a user who is put straight into the database, where they matter. */
export type PlantedUser = {
  packageId: string;
  name?: string;
  email?: string;
  caps?: Caps;
  status?: 'active' | 'suspended' | 'closing' | 'closed';
  suspendedUntil?: Date;
  closesAt?: Date;
  timeZone?: string;
  sendingNames?: readonly string[];
};

/** Columns that a test changes, by their names in the database. */
type Columns = Record<string, string | number | Date | null | object>;

/** Puts a role of users into the database past the program. Returns its id. */
export async function plantUserRole(state: StateProbe, permissions: readonly string[]): Promise<string> {
  const id = `sender_${randomUUID().slice(0, 8)}`;
  await state.audited(async (tx) => {
    await tx`insert into roles ${tx({ id, kind: 'user', name: id, name_key: id })}`;
    for (const permission of permissions)
      await tx`insert into role_permissions (role_id, permission_id, granted, seq, by_name, at)
        values (${id}, ${permission}, true, 1, 'Test', now())`;
    await tx`select pg_notify('authority', ${`role:${id}`})`;
  });
  return id;
}

/** Puts a package into the database past the program. */
export async function plantPackage(
  state: StateProbe,
  { name = `Package ${randomUUID().slice(0, 8)}`, roleId, permissions = [], caps = {} }: PlantedPackage = {}
): Promise<{ id: string; roleId: string; name: string }> {
  const id = randomUUID();
  const role = roleId ?? (await plantUserRole(state, permissions));
  await state.audited(async (tx) => {
    await tx`insert into packages ${tx({
      ...{ id, name, name_key: nameKey(name), role_id: role },
      caps: tx.json({ ...inheritAll(), ...caps }),
      counts: tx.json(unlimitedCounts()),
      switches: tx.json(allOff())
    })}`;
    await tx`select pg_notify('authority', ${`package:${id}`})`;
  });
  return { id, roleId: role, name };
}

/** Puts a user into the database past the program. Returns the id. */
export async function plantUser(state: StateProbe, given: PlantedUser): Promise<string> {
  const id = randomUUID();
  const { name = 'Planted', email = `${id}@orchard.example`, status = 'active', caps = {} } = given;
  const { packageId, suspendedUntil = null, timeZone = null, sendingNames = [] } = given;
  const { closesAt = status === 'closing' || status === 'closed' ? new Date() : null } = given;
  await state.audited(async (tx) => {
    await tx`insert into users ${tx({
      ...{ id, name, email, email_key: emailKey(email), package_id: packageId, status },
      ...{ caps: tx.json({ ...inheritAll(), ...caps }), counts: tx.json(inheritCounts()) },
      ...{ suspended_until: suspendedUntil, closes_at: closesAt, time_zone: timeZone },
      deleted_at: status === 'closed' ? new Date() : null
    })}`;
    for (const sendingName of sendingNames)
      await tx`insert into sending_names ${tx({ key: emailKey(sendingName), name: sendingName, user_id: id })}`;
    await tx`select pg_notify('authority', ${`user:${id}`})`;
  });
  return id;
}

/** Changes columns of a user as a commit of the program does: with an entry, and told to whoever follows. */
export function changeUser(state: StateProbe, id: string, columns: Columns): Promise<void> {
  return state.audited(async (tx) => {
    await tx`update users set ${tx(columns as Record<string, never>)} where id = ${id}`;
    await tx`select pg_notify('authority', ${`user:${id}`})`;
  });
}

/** The same of a package. */
export function changePackage(state: StateProbe, id: string, columns: Columns): Promise<void> {
  return state.audited(async (tx) => {
    await tx`update packages set ${tx(columns as Record<string, never>)} where id = ${id}`;
    await tx`select pg_notify('authority', ${`package:${id}`})`;
  });
}

/** Puts many active users of one package into the database past the program. Returns their ids, and tells documents. */
export async function plantUsers(state: StateProbe, many: number, packageId: string): Promise<string[]> {
  const ids = Array.from({ length: many }, () => randomUUID());
  await state.audited(
    (tx) => tx`insert into users (id, name, email, email_key, package_id, caps, counts)
      select id, 'Client ' || id, id || '@orchard.example', id || '@orchard.example', ${packageId},
        ${state.sql.json(inheritAll())}, ${state.sql.json(inheritCounts())} from unnest(${ids}::uuid[]) id`,
    ['users:all']
  );
  await state.sql`select pg_notify('authority', 'all')`;
  return ids;
}
