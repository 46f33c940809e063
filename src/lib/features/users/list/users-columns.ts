import type { Clock } from '$lib/shared/quotas/gauge-words';
import type { ListColumn } from '$lib/ui/sorted-table';
import type { UsersColumn } from './users-query';

/** The columns in their order. */
export const USERS_COLUMNS: readonly Omit<ListColumn<UsersColumn>, 'label'>[] = [
  { id: 'name', width: '', first: 'ascending' },
  { id: 'status', width: 'w-[190px]', first: 'descending' },
  { id: 'package', width: 'w-[148px]', first: 'ascending' },
  { id: 'today', width: 'w-[132px]', first: 'descending' },
  { id: 'month', width: 'w-[132px]', first: 'descending' },
  { id: 'createdAt', width: 'w-[112px]', first: 'descending', end: true }
];

/**
 * Labels of the columns.
 * @param clock of the sending counters; null for those who may not see them: then there are no such columns
 */
export function usersLabels(clock: Clock | null): Partial<Record<UsersColumn, string>> {
  const month = (of: Clock) =>
    new Intl.DateTimeFormat(undefined, { month: 'long', timeZone: of.timeZone }).format(of.now);
  return {
    name: 'Name',
    status: 'Status',
    package: 'Package',
    ...(clock ? { today: 'Today', month: month(clock) } : {}),
    createdAt: 'Created'
  };
}

/** Those that may be hidden: a row is somebody. */
export const usersChoices = (clock: Clock | null): { value: string; label: string }[] =>
  Object.entries(usersLabels(clock))
    .filter(([value]) => value !== 'name')
    .map(([value, label]) => ({ value, label }));

/**
 * Container widths below which a column is hidden: names are never traded for facts. All of them stand on the
 * user's page.
 */
export const COLUMN_ROOM: Partial<Record<UsersColumn, string>> = {
  createdAt: '@max-[899px]:hidden',
  month: '@max-[779px]:hidden',
  package: '@max-[659px]:hidden',
  today: '@max-[519px]:hidden'
};
