import type { PeopleColumn } from './people-query';

export const PEOPLE_LABELS: Record<PeopleColumn, string> = {
  name: 'Name',
  role: 'Role',
  lastActive: 'Last active',
  twoFactor: '2FA',
  status: 'Status',
  createdAt: 'Created'
};

/** Those that may be hidden: a row is somebody. */
export const PEOPLE_CHOICES = Object.entries(PEOPLE_LABELS)
  .filter(([value]) => value !== 'name')
  .map(([value, label]) => ({ value, label }));

/**
 * Container widths below which a column is hidden: names are never traded for facts. *Created* goes first, then
 * *2FA*, then *Last active*, then *Role*; all of them stand on the person's page. The width is the list's, not the
 * window's: a form may stand beside it.
 */
export const COLUMN_ROOM: Partial<Record<PeopleColumn, string>> = {
  createdAt: '@max-[879px]:hidden',
  twoFactor: '@max-[739px]:hidden',
  lastActive: '@max-[579px]:hidden',
  role: '@max-[519px]:hidden'
};
