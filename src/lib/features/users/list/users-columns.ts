import type { UsersColumn } from './users-query';

/** What a column needs of the list's width: names are never traded for facts. All of them stand on the user's page. */
export const COLUMN_ROOM: Partial<Record<UsersColumn, string>> = {
  createdAt: '@max-[899px]:hidden',
  month: '@max-[779px]:hidden',
  package: '@max-[659px]:hidden',
  today: '@max-[519px]:hidden'
};
