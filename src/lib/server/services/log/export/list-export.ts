import type { ListName } from '../../../../core/access/list-rights';
import type { PeopleFilter } from '../../../../core/administrators/people-filter';
import type { UsersFilter } from '../../../../core/users/users-filter';

/** A list that is exported as a whole, or as it is filtered on screen (ADM-1, TEN-8): always CSV. */
export type ListExport =
  | { list: 'administrators'; filter: PeopleFilter }
  | { list: 'users'; filter: UsersFilter }
  | { list: 'roles' }
  | { list: 'userRoles' };

/** Names of the files. */
export const LIST_FILES: Record<ListName, string> = {
  administrators: 'administrators',
  roles: 'roles',
  userRoles: 'user-roles',
  users: 'users'
};

/** Changes by which the log describes the export of a list: the list, and its filter. */
export function listChange(asked: ListExport): { path: string; old: null; new: string }[] {
  const filter = 'filter' in asked ? Object.entries(asked.filter) : [];
  return [
    { path: 'list', old: null, new: asked.list },
    ...filter
      .filter((field): field is [string, string] => field[1] !== null && field[1] !== '')
      .map(([field, value]) => ({ path: `filter.${field}`, old: null, new: value }))
  ];
}
