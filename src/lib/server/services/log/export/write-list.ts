import { BYTE_ORDER_MARK } from '../../../../core/log/export/csv';
import type { Deps } from '../../write-path/deps';
import type { ListExport } from './list-export';
import type { Written } from './write-export';
import { administratorRecords } from './write-people';
import { roleRecords } from './write-roles';
import { userRecords } from './write-users';

/** Writes the export of a list, in stretches. */
export async function* writeList(deps: Deps, asked: ListExport): AsyncGenerator<Written> {
  yield { text: BYTE_ORDER_MARK, entries: 0, position: 0 };
  yield* recordsOf(deps, asked);
}

function recordsOf(deps: Deps, asked: ListExport): AsyncGenerator<Written> {
  switch (asked.list) {
    case 'administrators':
      return administratorRecords(deps, asked.filter);
    case 'users':
      return userRecords(deps, asked.filter);
    case 'roles':
      return roleRecords(deps, 'administrator');
    case 'userRoles':
      return roleRecords(deps, 'user');
  }
}
