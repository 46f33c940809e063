import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { MOST_VIEWS_OF_LIST } from '$lib/core/saved-views';
import { refusalWords } from '$lib/core/wording/refusals';
import type { NotChanged } from './saved-views.svelte';

/** Says why a filter was not saved, or not deleted. */
export function notChangedWords(
  verb: 'saved' | 'deleted',
  why: NotChanged,
  catalogue: CatalogueIndex
): string {
  if (why === 'full') return `At most ${MOST_VIEWS_OF_LIST} are saved. Delete one first.`;
  if (why === 'lost') return `It was not ${verb}. This requires a connection.`;
  if (why === 'failed') return `It was not ${verb}. Try again.`;
  const { title, text } = refusalWords(why.refusal, catalogue);
  return `It was not ${verb}. ${title}. ${text}`;
}
