import { api } from '$lib/client/api/api';
import { COUNTS } from '$lib/core/packages/counts';
import { CAPS } from '$lib/core/quotas/caps';
import { userPartText } from '$lib/protocol/import-part';
import type { RawUserRow } from '$lib/protocol/user-import-row';
import type { ImportKind } from '$lib/shared/import/import-kind';
import { USER_ROWS } from '$lib/shared/import/user-rows';
import { usersCount } from '../bulk/bulk-words';

/** Import of users: its columns and how rows are added (TEN-8). */
export const USER_IMPORT: ImportKind<RawUserRow> = {
  ...USER_ROWS,
  what: 'users',
  count: usersCount,
  page: { label: 'Users', href: '/users' },
  needs: ['tenants.users.add', 'tenants.packages.view'],
  template: {
    file: 'users.csv',
    example: [
      'Kestrel Outdoor',
      'ops@kestrel.example',
      'Growth',
      '',
      '45000',
      '',
      '',
      '',
      '',
      'unlimited',
      ''
    ]
  },
  columns: [
    { id: 'package', text: 'The name of a package. Rows without one get the one you choose.' },
    ...[...CAPS, ...COUNTS].map(({ id, label }) => {
      return {
        id: id.toLowerCase(),
        text: `${label}: a whole number, “unlimited”, or empty to follow the package.`
      };
    })
  ],
  usual: null,
  note: 'No one is written to.',
  withNamed({ package: _package, ...row }, name) {
    return name === null ? row : { ...row, package: name };
  },
  send: async (op, rows, how) => (await api.users.import.mutate({ op, rows, ...how })).results,
  begin: (op, parts) => api.users.beginImport.mutate({ op, parts }),
  partText: userPartText
};
