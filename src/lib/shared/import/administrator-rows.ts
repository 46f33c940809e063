import { CAPS } from '$lib/core/quotas/caps';
import type { RawImportRow } from '$lib/protocol/import-row';
import { settingsOf } from './import-file';
import type { RowFormat } from './import-kind';

const CAP_IDS = CAPS.map(({ id }) => id);

/** Row format of a file of administrators (ADM-11). */
export const ADMINISTRATOR_ROWS: RowFormat<RawImportRow> = {
  named: 'role',
  settings: CAP_IDS,
  rowOf(line, value) {
    const role = value('role').trim();
    const caps = settingsOf(CAP_IDS, value);
    return {
      line,
      name: value('name'),
      email: value('email'),
      ...(role === '' ? {} : { role }),
      ...(caps ? { caps } : {})
    };
  },
  namedIn: ({ role }) => role
};
