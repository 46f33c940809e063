import { BYTE_ORDER_MARK } from '../../../../core/log/export/csv';
import type { Deps } from '../../write-path/deps';
import type { ListExport } from './list-export';
import type { Written } from './write-export';
import { administratorRecords } from './write-people';
import { roleRecords } from './write-roles';

/** Writes the export of a list, in stretches. */
export async function* writeList(deps: Deps, asked: ListExport): AsyncGenerator<Written> {
  const records =
    asked.list === 'administrators'
      ? administratorRecords(deps, asked.filter)
      : roleRecords(deps, asked.list === 'roles' ? 'administrator' : 'user');
  yield { text: BYTE_ORDER_MARK, entries: 0, position: 0 };
  yield* records;
}
