import { isSuperAdministrator } from '../../../../core/access/access';
import { peopleFitting, searchedOf, type PeopleFilter } from '../../../../core/administrators/people-filter';
import { csvRecord, type Cell } from '../../../../core/log/export/csv';
import { administratorIds, readAdministrators } from '../../../db/tables/administrators-table';
import { readLastActive } from '../../../db/tables/last-active-table';
import { readRoles, type RoleRow } from '../../../db/tables/roles-table';
import { personSummary } from '../../administrators/person-summary';
import type { PersonListItem } from '../../administrators/read-administrators';
import { readSection } from '../../stored-settings/read-section';
import type { Deps } from '../../write-path/deps';
import { PAGE, patiently } from './pages';
import type { Written } from './write-export';

type Row = { person: PersonListItem; role: RoleRow | undefined; permissions: number };

/** The columns, in their order. New ones are added at the end. Times are ISO 8601. */
const COLUMNS: [string, (row: Row) => Cell][] = [
  ['name', ({ person }) => person.name],
  ['email', ({ person }) => person.email],
  ['role', ({ person, role }) => role?.name ?? person.roleId],
  ['owner', ({ person }) => (person.owner ? 'yes' : 'no')],
  ['permissions', ({ permissions }) => permissions],
  ['status', ({ person }) => (person.activation?.invited ? 'invited' : person.status)],
  ['two_factor', ({ person }) => person.twoFactor],
  ['two_factor_from', ({ person }) => person.twoFactorFrom],
  ['last_active', ({ person }) => person.lastActive],
  ['created', ({ person }) => person.created],
  ['invitation_expires', ({ person }) => person.activation?.expires ?? null],
  ['role_id', ({ person }) => person.roleId],
  ['id', ({ person }) => person.id]
];

/**
 * Everybody whom a filter shows, as records of a CSV file, by name. Who is looked at is decided once, at the
 * beginning: nobody who is renamed meanwhile is missing or there twice.
 */
export async function* administratorRecords(deps: Deps, filter: PeopleFilter): AsyncGenerator<Written> {
  yield { text: csvRecord(COLUMNS.map(([name]) => name)), entries: 0, position: 0 };
  const fits = peopleFitting<PersonListItem>(filter, searchedOf);
  const ids = await patiently(() => administratorIds(deps.db));
  for (let at = 0; at < ids.length; at += PAGE) {
    const rows = (await patiently(() => rowsOf(deps, ids.slice(at, at + PAGE)))).filter(({ person }) =>
      fits(person)
    );
    yield {
      text: rows.map((row) => csvRecord(COLUMNS.map(([, cell]) => cell(row)))).join(''),
      entries: rows.length,
      position: Math.min(ids.length, at + PAGE)
    };
  }
}

async function rowsOf(deps: Deps, ids: readonly string[]): Promise<Row[]> {
  const [people, roles, platform2fa, active] = await Promise.all([
    readAdministrators(deps.db, ids),
    readRoles(deps.db),
    readSection(deps.db, 'twoFactor'),
    readLastActive(deps.db, ids)
  ]);
  const roleById = new Map(roles.map((role) => [role.id, role]));
  const placeOf = new Map(ids.map((id, at) => [id, at]));
  return people
    .toSorted((a, b) => placeOf.get(a.id)! - placeOf.get(b.id)!)
    .map((row) => {
      const role = roleById.get(row.roleId);
      const all = row.owner || isSuperAdministrator(row.roleId);
      return {
        person: { id: row.id, ...personSummary(row, { role, platform2fa, lastActive: active.get(row.id) }) },
        role,
        permissions: all ? deps.catalogue.ids.length : (role?.permissionCount ?? 0)
      };
    });
}
