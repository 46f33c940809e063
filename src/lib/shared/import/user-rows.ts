import { COUNTS } from '$lib/core/packages/counts';
import { CAPS } from '$lib/core/quotas/caps';
import type { RawUserRow } from '$lib/protocol/user-import-row';
import { settingsOf } from './import-file';
import type { RowFormat } from './import-kind';

const CAP_IDS = CAPS.map(({ id }) => id);
const COUNT_IDS = COUNTS.map(({ id }) => id);

/** Heads of a file are compared in small letters. */
const headOf = (id: string) => id.toLowerCase();

/** Row format of a file of users (TEN-8). */
export const USER_ROWS: RowFormat<RawUserRow> = {
  named: 'package',
  settings: [...CAP_IDS, ...COUNT_IDS].map(headOf),
  rowOf(line, value) {
    const named = value('package').trim();
    const caps = settingsOf(CAP_IDS, value);
    const counts = settingsOf(COUNT_IDS, (id) => value(headOf(id)));
    return {
      line,
      name: value('name'),
      email: value('email'),
      ...(named === '' ? {} : { package: named }),
      ...(caps ? { caps } : {}),
      ...(counts ? { counts } : {})
    };
  },
  namedIn: (row) => row.package
};
