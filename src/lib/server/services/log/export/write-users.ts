import { searchedOf } from '../../../../core/administrators/people-filter';
import { csvRecord, type Cell } from '../../../../core/log/export/csv';
import { COUNTS } from '../../../../core/packages/counts';
import { CAPS } from '../../../../core/quotas/caps';
import { statusAt, type UserStatus } from '../../../../core/users/user-status';
import { usersFitting, type UsersFilter } from '../../../../core/users/users-filter';
import { readPackagesEver } from '../../../db/tables/packages-table';
import { readUsers, userIds, type UserRow } from '../../../db/tables/users-table';
import { storedStatus } from '../../users/touched-user';
import type { Deps } from '../../write-path/deps';
import { PAGE, patiently } from './pages';
import type { Written } from './write-export';

type Row = { user: UserRow; status: UserStatus; package: string };

/**
 * The columns, in their order. New ones are added at the end. Times are ISO 8601; of caps and counts those that are
 * the user's own, as an import takes them: empty where it follows its package.
 */
const COLUMNS: [string, (row: Row) => Cell][] = [
  ['name', ({ user }) => user.name],
  ['email', ({ user }) => user.email],
  ['package', (row) => row.package],
  ['status', ({ status }) => status],
  [
    'suspended_until',
    ({ user, status }) => (status === 'suspended' ? (user.suspendedUntil?.toISOString() ?? null) : null)
  ],
  [
    'closing_ends',
    ({ user, status }) => (status === 'closing' ? (user.closesAt?.toISOString() ?? null) : null)
  ],
  ...CAPS.map(({ id }): [string, (row: Row) => Cell] => [id.toLowerCase(), ({ user }) => own(user.caps[id])]),
  ...COUNTS.map(({ id }): [string, (row: Row) => Cell] => [
    id.toLowerCase(),
    ({ user }) => own(user.counts[id])
  ]),
  ['time_zone', ({ user }) => user.timeZone],
  ['created', ({ user }) => user.createdAt.toISOString()],
  ['package_id', ({ user }) => user.packageId],
  ['id', ({ user }) => user.id]
];

function own(setting: 'inherit' | 'unlimited' | number | undefined): Cell {
  return setting === undefined || setting === 'inherit' ? null : setting;
}

/**
 * Every user whom a filter shows, as records of a CSV file, by name. Who is looked at is decided once, at the
 * beginning: nobody who is renamed meanwhile is missing or there twice.
 */
export async function* userRecords(deps: Deps, filter: UsersFilter): AsyncGenerator<Written> {
  yield { text: csvRecord(COLUMNS.map(([name]) => name)), entries: 0, position: 0 };
  const now = Date.now();
  const fits = usersFitting<UserRow>(filter, {
    searched: searchedOf,
    statusOf: (user) => statusAt(storedStatus(user), now)
  });
  const ids = await patiently(() => userIds(deps.db));
  for (let at = 0; at < ids.length; at += PAGE) {
    const rows = await patiently(() => rowsOf(deps, ids.slice(at, at + PAGE), { fits, now }));
    yield {
      text: rows.map((row) => csvRecord(COLUMNS.map(([, cell]) => cell(row)))).join(''),
      entries: rows.length,
      position: Math.min(ids.length, at + PAGE)
    };
  }
}

async function rowsOf(
  { db }: Deps,
  ids: readonly string[],
  { fits, now }: { fits: (user: UserRow) => boolean; now: number }
): Promise<Row[]> {
  const shown = (await readUsers(db, ids)).filter(fits);
  const packages = await readPackagesEver(db, [...new Set(shown.map(({ packageId }) => packageId))]);
  const names = new Map(packages.map(({ id, name }) => [id, name]));
  const placeOf = new Map(ids.map((id, at) => [id, at]));
  return shown
    .toSorted((a, b) => placeOf.get(a.id)! - placeOf.get(b.id)!)
    .map((user) => ({
      user,
      status: statusAt(storedStatus(user), now),
      package: names.get(user.packageId) ?? ''
    }));
}
