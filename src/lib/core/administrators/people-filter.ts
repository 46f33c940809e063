import { foldText } from '../text/fold-text';

/** `behind`: a second factor is asked for and not set up, now or from a date on. */
export const TWO_FACTOR_FILTERS = ['on', 'behind', 'off'] as const;
export type TwoFactorFilter = (typeof TWO_FACTOR_FILTERS)[number];

/** Those who are invited are asked for apart from those who have an initial password. */
export const STATUS_FILTERS = ['active', 'invited', 'must-change', 'suspended', 'deactivated'] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];

/** Filter for administrators: the same for the list on screen and its export (ADM-1). Null asks for nothing. */
export type PeopleFilter = {
  search: string;
  role: string | null;
  twoFactor: TwoFactorFilter | null;
  /** Null: everybody but the deactivated. */
  status: StatusFilter | null;
};

/** Part of a person that a filter looks at. */
export type FilteredPerson = {
  roleId: string;
  twoFactor: 'on' | 'required' | 'off';
  status: 'active' | 'must-change' | 'suspended' | 'deactivated';
  activation?: { invited: boolean } | null;
};

/**
 * Returns a test of whether somebody fits the filter: every word typed must be in the name or the address, without
 * regard to case and accents.
 * @param searched what of a person is looked through, folded
 */
export function peopleFitting<P extends FilteredPerson>(
  { search, role, twoFactor, status }: PeopleFilter,
  searched: (person: P) => string
): (person: P) => boolean {
  const words = foldText(search).split(/\s+/u).filter(Boolean);
  return (person) =>
    fitsStatus(person, status) &&
    (role === null || person.roleId === role) &&
    (twoFactor === null || fitsTwoFactor(person, twoFactor)) &&
    (words.length === 0 || words.every((word) => searched(person).includes(word)));
}

/** Text that a search looks through, folded. */
export function searchedOf({ name, email }: { name: string; email: string }): string {
  return `${foldText(name)} ${foldText(email)}`;
}

function fitsStatus({ status, activation }: FilteredPerson, filter: StatusFilter | null): boolean {
  if (filter === null) return status !== 'deactivated';
  if (status !== 'must-change') return status === filter;
  return filter === (activation?.invited ? 'invited' : 'must-change');
}

function fitsTwoFactor({ twoFactor }: FilteredPerson, filter: TwoFactorFilter): boolean {
  return filter === 'behind' ? twoFactor === 'required' : twoFactor === filter;
}
