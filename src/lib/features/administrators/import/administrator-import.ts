import { api } from '$lib/client/api/api';
import { CAPS } from '$lib/core/quotas/caps';
import { importPartText } from '$lib/protocol/import-part';
import type { RawImportRow } from '$lib/protocol/import-row';
import { ADMINISTRATOR_ROWS } from '$lib/shared/import/administrator-rows';
import type { ImportKind } from '$lib/shared/import/import-kind';
import { peopleCount } from '../bulk/bulk-words';

/** Import of administrators: its columns and how rows are added (ADM-11). */
export const ADMINISTRATOR_IMPORT: ImportKind<RawImportRow> = {
  ...ADMINISTRATOR_ROWS,
  what: 'administrators',
  count: peopleCount,
  page: { label: 'Administrators', href: '/administrators' },
  needs: ['people.administrators.add', 'people.invitations.send'],
  template: {
    file: 'administrators.csv',
    example: ['Petra Novotná', 'petra@example.com', 'Support', '', '10000', '', 'inherit']
  },
  columns: [
    { id: 'role', text: 'The name of a role. Rows without one get Admin.' },
    ...CAPS.map(({ id, label }) => {
      return { id, text: `${label}: a whole number, “unlimited”, or empty to inherit.` };
    })
  ],
  usual: 'Admin',
  note: 'Everyone gets an invitation.',
  withNamed({ role: _role, ...row }, name) {
    return name === null ? row : { ...row, role: name };
  },
  send: async (op, rows, how) => (await api.administrators.import.mutate({ op, rows, ...how })).results,
  begin: (op, parts) => api.administrators.beginImport.mutate({ op, parts }),
  partText: importPartText
};
