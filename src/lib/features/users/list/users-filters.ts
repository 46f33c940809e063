import type { UserStatus } from '$lib/core/users/user-status';
import { STATUS_LABELS } from '$lib/shared/tenants/user-status-view';
import { ANY, type ListFilter } from '$lib/ui/list-filter';
import type { UsersQuery } from './users-query';

type Key = 'status' | 'package';

/** The filters of the list of users (TEN-8). */
export function usersFilters(
  query: UsersQuery,
  packages: readonly { id: string; name: string }[]
): ListFilter<Key>[] {
  return [
    {
      key: 'status',
      label: 'Status',
      value: query.status ?? ANY,
      options: [
        { value: ANY, label: 'Any but closed' },
        ...Object.entries(STATUS_LABELS).map(([value, label]) => ({ value, label }))
      ]
    },
    {
      key: 'package',
      label: 'Package',
      value: query.packageId ?? ANY,
      options: [
        { value: ANY, label: 'Any package' },
        ...packages.map(({ id, name }) => ({ value: id, label: name }))
      ]
    }
  ];
}

/** The query with one filter set to one of its options. */
export function withFilter(query: UsersQuery, key: Key, value: string): UsersQuery {
  const set = value === ANY ? null : value;
  return key === 'package' ? { ...query, packageId: set } : { ...query, status: set as UserStatus | null };
}
