import { ANY, type ListFilter } from '$lib/ui/list-filter';
import type { PeopleQuery } from './people-query';

export type PeopleFilter = ListFilter<'role' | 'twoFactor' | 'status'>;

/** The filters of the list of administrators (ADM-1). */
export function peopleFilters(
  query: PeopleQuery,
  roles: readonly { id: string; name: string }[]
): PeopleFilter[] {
  return [
    {
      key: 'role',
      label: 'Role',
      value: query.role ?? ANY,
      options: [
        { value: ANY, label: 'Any role' },
        ...roles.map(({ id, name }) => ({ value: id, label: name }))
      ]
    },
    {
      key: 'twoFactor',
      label: '2FA',
      value: query.twoFactor ?? ANY,
      options: [
        { value: ANY, label: 'Any' },
        { value: 'on', label: 'On' },
        { value: 'behind', label: 'Required, not set up' },
        { value: 'off', label: 'Off' }
      ]
    },
    {
      key: 'status',
      label: 'Status',
      value: query.status ?? ANY,
      options: [
        { value: ANY, label: 'Any' },
        { value: 'active', label: 'Active' },
        { value: 'invited', label: 'Invited' },
        { value: 'must-change', label: 'Must change password' },
        { value: 'suspended', label: 'Suspended' },
        { value: 'deactivated', label: 'Deactivated' }
      ]
    }
  ];
}

/** The query with one filter set to one of its options. */
export function withFilter(query: PeopleQuery, key: PeopleFilter['key'], value: string): PeopleQuery {
  const set = value === ANY ? null : value;
  if (key === 'role') return { ...query, role: set };
  if (key === 'twoFactor') return { ...query, twoFactor: set as PeopleQuery['twoFactor'] };
  return { ...query, status: set as PeopleQuery['status'] };
}

/** Words for a query: the search in quotes, then each filter that is set. */
export function soughtWords(query: PeopleQuery, roleName: (id: string) => string): string[] {
  const { search, role } = query;
  const roles = role === null ? [] : [{ id: role, name: roleName(role) }];
  const chosen = peopleFilters(query, roles).flatMap(({ key, label, value, options }) => {
    const option = options.find((each) => each.value === value);
    if (query[key] === null || option === undefined) return [];
    return [key === 'twoFactor' ? `${label} ${option.label.toLowerCase()}` : option.label];
  });
  return [...(search.trim() === '' ? [] : [`“${search.trim()}”`]), ...chosen];
}
