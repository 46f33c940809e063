import { peopleFilters } from './people-filters';
import type { PeopleQuery } from './people-query';

/**
 * Sentence naming what is exported: "12 administrators: “dana”, Support, Suspended. With role, status, 2FA and last
 * activity."
 */
export function exportSentence(
  query: PeopleQuery,
  counted: string,
  roleName: (id: string) => string
): string {
  const { search, role } = query;
  const roles = role === null ? [] : [{ id: role, name: roleName(role) }];
  const chosen = peopleFilters(query, roles).flatMap(({ key, label, value, options }) => {
    const option = options.find((each) => each.value === value);
    if (query[key] === null || option === undefined) return [];
    return [key === 'twoFactor' ? `${label} ${option.label.toLowerCase()}` : option.label];
  });
  const fits = [...(search.trim() === '' ? [] : [`“${search.trim()}”`]), ...chosen];
  const which = fits.length === 0 ? counted : `${counted}: ${fits.join(', ')}`;
  return `${which}. With role, permissions, status, 2FA and last activity.`;
}
