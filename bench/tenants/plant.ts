import type { ApiClient } from '../../tests/support/api-client';
import { openState } from '../../tests/support/state';
import type { Installation } from '../servers/ours';

export const PACKAGES = 50;
export const EACH = 200;

/** Users in packages and, of the same number, administrators in roles. `ids`: of packages, and of roles. */
export type Planted = { packages: string[]; roles: string[] };

/**
 * Plants as many users as administrators, alike in everything; rows only, then told to the documents as a commit
 * tells them.
 */
export async function plantBoth({ owner, databaseUrl }: Installation): Promise<Planted> {
  const packages = await inPackages(owner);
  const roles = await inRoles(owner);
  const state = openState(databaseUrl);
  const caps = state.sql.json({
    hourly: 'inherit',
    daily: 'inherit',
    monthly: 'inherit',
    threads: 'inherit'
  });
  try {
    await state.audited(
      (tx) => tx`insert into users (id, name, email, email_key, package_id, caps, counts)
        select gen_random_uuid(), 'Client ' || lpad(n::text, 5, '0'), 'client' || n || '@orchard.example', 'client' || n || '@orchard.example',
          (${packages}::uuid[])[1 + n % ${PACKAGES}::int], ${caps},
          '{"sendingDomains":"inherit","sendingNodes":"inherit","contacts":"inherit","keys":"inherit"}'
        from generate_series(0, ${PACKAGES * EACH - 1}::int) n`,
      ['users:all']
    );
    await state.audited(
      (tx) => tx`insert into administrators (id, name, email, email_key, password_hash, role_id, caps)
        select gen_random_uuid(), 'Member ' || lpad(n::text, 5, '0'), 'member' || n || '@northwind.example', 'member' || n || '@northwind.example',
          'none', (${roles}::text[])[1 + n % ${PACKAGES}::int], ${caps}
        from generate_series(0, ${PACKAGES * EACH - 1}::int) n`,
      roles.map((id) => `holders:${id}`)
    );
    await state.sql`analyze users, administrators`;
    await state.settled();
  } finally {
    await state.close();
  }
  return { packages, roles };
}

async function inPackages(owner: ApiClient): Promise<string[]> {
  const role = await owner.call<{ id: string }>('userRoles.create', {
    ...{ name: 'Client', permissions: ['audience.contacts.view'] }
  });
  return times(async (n) => {
    const given = { name: `Package ${n}`, roleId: role.id, caps: { daily: 1_000_000 + n } };
    return (await owner.call<{ id: string }>('packages.create', given)).id;
  });
}

function inRoles(owner: ApiClient): Promise<string[]> {
  return times(async (n) => {
    const given = { name: `Desk ${n}`, permissions: ['audience.contacts.view'] };
    return (await owner.call<{ id: string }>('roles.create', given)).id;
  });
}

/** One after another, once for each package. */
async function times(make: (n: number) => Promise<string>): Promise<string[]> {
  const made: string[] = [];
  for (let n = 0; n < PACKAGES; n++) made.push(await make(n));
  return made;
}
