import { CAPS, type CapId } from '$lib/core/quotas/caps';
import type { PeopleColumn } from './people-query';

/** Columns of facts that are asked for row by row, so that nobody sorts by them. */
export type FactColumn = 'lastSignInIp' | CapId;

/** Every column of the list, in the order of the screen. */
export type PeopleField = PeopleColumn | FactColumn;

const CAP_LABELS = Object.fromEntries(CAPS.map(({ id, label }) => [id, label])) as Record<CapId, string>;

export const PEOPLE_LABELS: Record<PeopleField, string> = {
  name: 'Name',
  role: 'Role',
  lastActive: 'Last active',
  twoFactor: '2FA',
  status: 'Status',
  expires: 'Expires',
  lastSignInIp: 'Last sign-in IP',
  ...CAP_LABELS,
  createdAt: 'Created'
};

/** Columns that the list ships without, and the room that each takes where it is shown, in pixels. */
export const OPTIONAL_ROOM: Partial<Record<PeopleField, number>> = {
  expires: 92,
  lastSignInIp: 132,
  hourly: 96,
  daily: 96,
  monthly: 108,
  threads: 128
};

export const OPTIONAL_COLUMNS = Object.keys(OPTIONAL_ROOM) as PeopleField[];

/** Rights that facts take. */
type Rights = { seesSessions: boolean; seesCaps: boolean };

/** True if whoever looks may see what a column says. */
export function isOffered(column: PeopleField, { seesSessions, seesCaps }: Rights): boolean {
  if (column === 'lastSignInIp') return seesSessions;
  return column in CAP_LABELS ? seesCaps : true;
}

/** Columns that somebody may hide or show: a row is somebody, so the name stays. */
export function peopleChoices(rights: Rights): { value: string; label: string }[] {
  return (Object.keys(PEOPLE_LABELS) as PeopleField[])
    .filter((column) => column !== 'name' && isOffered(column, rights))
    .map((value) => ({ value, label: PEOPLE_LABELS[value] }));
}

const WITH_CREATED = '@max-[879px]:hidden';

/**
 * Container widths below which a column is hidden: names are never traded for facts. *Created* goes first, with what
 * the list ships without, then *2FA*, then *Last active*, then *Role*; all of them stand on the person's page. The
 * width is the list's, not the window's: a form may stand beside it.
 */
export const COLUMN_ROOM: Partial<Record<PeopleField, string>> = {
  ...Object.fromEntries(OPTIONAL_COLUMNS.map((column) => [column, WITH_CREATED])),
  createdAt: WITH_CREATED,
  twoFactor: '@max-[739px]:hidden',
  lastActive: '@max-[579px]:hidden',
  role: '@max-[519px]:hidden'
};
