import type { UserStatus } from '$lib/core/users/user-status';
import { STATUS_LABELS } from '$lib/shared/tenants/user-status-view';
import { counted } from '$lib/ui/counted';
import { ANY, type ListFilter } from '$lib/ui/list-filter';
import type { UsersQuery } from './users-query';

const NEAR = 'near';

type Key = 'status' | 'package' | 'near';

/**
 * The filters of the list of users (TEN-8).
 * @param near how many are near a limit; `unknown`: not known now; null for those who may not see it: then there is
 * no such filter
 */
export function usersFilters(
  query: UsersQuery,
  packages: readonly { id: string; name: string }[],
  near: number | 'unknown' | null
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
    },
    ...(near === null ? [] : [nearFilter(query, near)])
  ];
}

function nearFilter(query: UsersQuery, near: number | 'unknown'): ListFilter<Key> {
  const many = near === 'unknown' ? '' : ` (${counted(near)})`;
  return {
    key: 'near',
    label: 'Usage',
    value: query.near ? NEAR : ANY,
    options: [
      { value: ANY, label: 'Any usage' },
      { value: NEAR, label: `Near a limit${many}` }
    ]
  };
}

/** The query with one filter set to one of its options. */
export function withFilter(query: UsersQuery, key: Key, value: string): UsersQuery {
  if (key === 'near') return { ...query, near: value === NEAR };
  const set = value === ANY ? null : value;
  return key === 'package' ? { ...query, packageId: set } : { ...query, status: set as UserStatus | null };
}
