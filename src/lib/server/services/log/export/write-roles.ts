import { csvRecord } from '../../../../core/log/export/csv';
import { catalogueFor, type RoleKind } from '../../../../core/roles/role-kinds';
import { countMembers, readRoles } from '../../../db/tables/roles-table';
import type { Deps } from '../../write-path/deps';
import { patiently } from './pages';
import type { Written } from './write-export';

const FIRST = ['area', 'group', 'permission', 'id', 'kind', 'sensitive'];

/**
 * The roles of a kind and what they hold, as records of a CSV file: a row for each permission, a column for each
 * role, and above them how many have the role.
 */
export async function* roleRecords(deps: Deps, kind: RoleKind): AsyncGenerator<Written> {
  const [roles, members] = await patiently(() =>
    Promise.all([readRoles(deps.db, undefined, kind), countMembers(deps.db)])
  );
  yield { text: csvRecord([...FIRST, ...roles.map(({ name }) => name)]), entries: 0, position: 0 };
  const blank = FIRST.slice(1).map(() => null);
  yield {
    text: csvRecord(['members', ...blank, ...roles.map(({ id }) => members.get(id) ?? 0)]),
    entries: roles.length,
    position: 0
  };
  const held: ReadonlySet<string>[] = [];
  for (const { id, seq } of roles)
    held.push((await patiently(() => deps.grants.of(deps.db, id, seq))).effective);
  for (const area of catalogueFor(kind, deps.catalogue).catalogue.areas)
    for (const group of area.groups) {
      const text = group.actions.map(({ id, label, kind: does, sensitive }) =>
        csvRecord([
          area.label,
          group.label,
          label,
          id,
          does,
          sensitive ? 'yes' : 'no',
          ...held.map((each) => (each.has(id) ? 'yes' : ''))
        ])
      );
      yield { text: text.join(''), entries: 0, position: 0 };
    }
}
