import { soughtWords } from './people-filters';
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
  const fits = soughtWords(query, roleName);
  const which = fits.length === 0 ? counted : `${counted}: ${fits.join(', ')}`;
  return `${which}. With role, permissions, status, 2FA and last activity.`;
}
