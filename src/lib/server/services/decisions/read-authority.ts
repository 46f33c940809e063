import {
  readForwardRoutes,
  readMoment,
  readPresentIds,
  writtenApplications,
  writtenKeys,
  writtenPackages,
  writtenPeople,
  writtenRoles,
  writtenUsers,
  type AuthorityMoment,
  type AuthorityRole,
  type Written
} from '../../db/tables/authority-table';
import { readPauses } from '../../db/tables/pauses-table';
import type { Queryable } from '../../db/driver/client';
import { pipelined } from '../../db/driver/pipelined';
import { readOneSnapshot } from '../../db/driver/transaction';
import { readSection } from '../stored-settings/read-section';
import type { Deps } from '../write-path/deps';
import type { AuthorityChanges, KnownAuthority } from './known-authority';

/**
 * Reads the changes since the known moment, all of one snapshot. A look costs one statement while nothing
 * happened, and only changed records are read, however many there are (decision 0043).
 */
export async function readAuthority(deps: Deps, known: KnownAuthority): Promise<AuthorityChanges> {
  return deps.db.transaction(async (tx) => {
    const [, moment] = await pipelined([readOneSnapshot(tx), readMoment(tx)]);
    const before = known.moment;
    if (before && isSameMoment(before, moment)) return nothing(moment);
    const since = before && !isEarlier(moment, before) ? before.xmin : null;
    const [people, users, packages, roles, applications, keys, routes, platform2fa, pauses] = await pipelined(
      [
        writtenPeople(tx, since),
        writtenUsers(tx, since),
        writtenPackages(tx, since),
        writtenRoles(tx, since),
        writtenApplications(tx, since),
        writtenKeys(tx, since),
        readForwardRoutes(tx),
        readSection(tx, 'twoFactor'),
        readPauses(tx)
      ]
    );
    const { ids } = known;
    return {
      moment,
      people: people.rows,
      users: users.rows,
      packages: packages.rows,
      roles: await withGrants(deps, tx, roles.rows),
      applications: applications.rows,
      keys: keys.rows,
      routes,
      platform2fa,
      pauses,
      gone: {
        people: await goneFrom(tx, 'administrators', ids.people, people),
        users: await goneFrom(tx, 'users', ids.users, users),
        packages: await goneFrom(tx, 'packages', ids.packages, packages),
        roles: await goneFrom(tx, 'roles', ids.roles, roles),
        applications: await goneFrom(tx, 'applications', ids.applications, applications),
        keys: await goneFrom(tx, 'api_keys', ids.keys, keys)
      }
    };
  });
}

/** Nothing that decisions depend on changes without an entry, and a new entry waits for its number or has a new one. */
function isSameMoment(before: AuthorityMoment, now: AuthorityMoment): boolean {
  return now.revision === before.revision && !now.hasPending && !isEarlier(now, before);
}

/** Another database, such as one that was restored: what is known of the one before says nothing about it. */
function isEarlier(now: AuthorityMoment, before: AuthorityMoment): boolean {
  return now.revision < before.revision || BigInt(now.xmin) < BigInt(before.xmin);
}

function nothing(moment: AuthorityMoment): AuthorityChanges {
  const gone = { people: [], users: [], packages: [], roles: [], applications: [], keys: [] };
  const none = { people: [], users: [], packages: [], roles: [], applications: [], keys: [] };
  return { moment, ...none, routes: null, platform2fa: null, pauses: null, gone };
}

async function withGrants(
  deps: Deps,
  tx: Queryable,
  rows: readonly AuthorityRole[]
): Promise<AuthorityChanges['roles']> {
  return pipelined(
    rows.map(async (row) => ({
      ...row,
      grants: row.isDeleted ? null : await deps.grants.of(tx, row.id, row.seq)
    }))
  );
}

/** Every row of a table is known or was just read: when there are fewer than that, some are no more. */
async function goneFrom(
  tx: Queryable,
  table: Parameters<typeof readPresentIds>[1],
  known: ReadonlyMap<string, unknown>,
  { rows, count }: Written<{ id: string }>
): Promise<string[]> {
  const added = rows.filter(({ id }) => !known.has(id)).length;
  if (known.size + added === count) return [];
  const present = new Set(await readPresentIds(tx, table));
  return [...known.keys()].filter((id) => !present.has(id));
}
