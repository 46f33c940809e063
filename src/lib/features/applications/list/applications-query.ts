import type { AddressFormat } from '$lib/ui/address-state.svelte';
import { foldText } from '$lib/core/text/fold-text';
import { naturalOrder } from '$lib/ui/natural-order';
import { keyName } from '$lib/shared/keys/key-life';
import { keysAtAGlance, worthALook } from '../application-view';
import type { Application } from '../applications.svelte';

export type ApplicationsSort = (typeof SORTS)[number];

/** Filter and order of the list of applications. */
export type ApplicationsQuery = {
  search: string;
  roleId: string | null;
  /** Those alone that somebody has to do something about. */
  worthALook: boolean;
  sort: ApplicationsSort;
};

const SORTS = ['name', 'used', 'expires'] as const;
export const EVERY_APPLICATION: ApplicationsQuery = {
  search: '',
  roleId: null,
  worthALook: false,
  sort: 'name'
};

/** The query in the address: `?search=&role=&look=1&sort=used`. What cannot be read is left at its default. */
export const applicationsQueryFormat: AddressFormat<ApplicationsQuery> = {
  parse: (params) => ({
    search: params.get('search') ?? '',
    roleId: params.get('role'),
    worthALook: params.get('look') === '1',
    sort: SORTS.find((sort) => sort === params.get('sort')) ?? EVERY_APPLICATION.sort
  }),
  format({ search, roleId, worthALook, sort }) {
    const params = new URLSearchParams();
    if (search.trim()) params.set('search', search.trim());
    if (roleId) params.set('role', roleId);
    if (worthALook) params.set('look', '1');
    if (sort !== EVERY_APPLICATION.sort) params.set('sort', sort);
    return params;
  }
};

/** True if any application may be missing from the list. */
export function isFiltered({ search, roleId, worthALook }: ApplicationsQuery): boolean {
  return search.trim() !== '' || roleId !== null || worthALook;
}

/** Every word typed must be in the name, the role, the steward’s name or a key’s public parts. */
export function findApplications(
  applications: readonly Application[],
  query: ApplicationsQuery,
  now: Date
): Application[] {
  const words = foldText(query.search).split(/\s+/u).filter(Boolean);
  return applications
    .filter(
      (each) =>
        (query.roleId === null || each.role.id === query.roleId) &&
        (!query.worthALook || worthALook(each, now) !== null) &&
        words.every((word) => searchText(each).includes(word))
    )
    .sort((a, b) => COMPARE[query.sort](a, b, now) || naturalOrder(a.name, b.name));
}

/** The roles that these applications have, by name. */
export function rolesAmong(applications: readonly Application[]): { id: string; name: string }[] {
  const roles = new Map(applications.map(({ role }) => [role.id, role]));
  return [...roles.values()].sort((a, b) => naturalOrder(a.name, b.name));
}

function searchText({ name, role, steward, keys }: Application): string {
  const named = keys.map((key) => `${key.name} ${keyName(key)}`).join(' ');
  return foldText(`${name} ${role.name} ${steward?.name ?? ''} ${named}`);
}

const later = (a: string | null | undefined, b: string | null | undefined): number =>
  a === b ? 0 : (a ?? '') < (b ?? '') ? 1 : -1;

const COMPARE: Record<ApplicationsSort, (a: Application, b: Application, now: Date) => number> = {
  name: () => 0,
  // The latest use first; what was never used last.
  used: (a, b, now) => later(keysAtAGlance(a, now).lastUse?.at, keysAtAGlance(b, now).lastUse?.at),
  // What ends first stands first; what has no key that ends, last.
  expires: (a, b, now) => {
    const [one, other] = [keysAtAGlance(a, now).expiresAt, keysAtAGlance(b, now).expiresAt];
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
    return later(other, one);
  }
};
