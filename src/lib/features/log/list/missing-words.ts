import { searchTerms } from '$lib/core/log/log-tokens';

/**
 * Words of a search that no entry holds, as they are searched for; empty where each of several is held by some
 * entry, and for a search of one word, which is the only one it can be. @throws when one cannot be asked for
 *
 * @param isFound whether any entry holds what is searched for
 */
export async function missingWords(
  search: string,
  isFound: (search: string) => Promise<boolean>
): Promise<string[]> {
  const terms = searchTerms(search);
  if (terms.length < 2) return [];
  const found = await Promise.all(terms.map((term) => isFound(term.includes(' ') ? `"${term}"` : term)));
  return terms.filter((_, at) => !found[at]);
}

/** Sentence about a search of several words that finds nothing; null for one word or none. */
export function missingText(search: string, missing: readonly string[]): string | null {
  const terms = searchTerms(search);
  if (terms.length < 2) return null;
  const quoted = missing.map((term) => `“${term}”`);
  if (quoted.length === 0)
    return 'Every word of the search is found, but no matching entry contains them all.';
  return quoted.length === 1
    ? `No matching entry contains ${quoted[0]}.`
    : `No matching entry contains ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}.`;
}
