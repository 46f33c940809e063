import { foldText } from '$lib/core/text/fold-text';
import { fuzzyMatch, type MatchRange } from '$lib/ui/fuzzy';
import type { PaletteGroup, PaletteItem } from './palette-items';

export type Found = { item: PaletteItem; score: number; ranges: readonly MatchRange[] };
export type FoundGroup = { heading: string; found: Found[] };

const PER_GROUP = 8;
/** A word that finds an item stands behind a label that has it. */
const BY_KEYWORD = 10;

/**
 * Search of the palette, the best first, a few of each group. With thousands of people most labels cannot fit: that
 * is found out from their letters, folded once for as long as the palette is open, before anything is weighed.
 */
export class PaletteSearch {
  readonly #groups: readonly { heading: string; items: readonly Entry[] }[];

  constructor(groups: readonly PaletteGroup[]) {
    this.#groups = groups.map(({ heading, items }) => ({ heading, items: items.map(entryOf) }));
  }

  find(query: string): FoundGroup[] {
    const letters = lettersOf(query);
    return this.#groups
      .map(({ heading, items }) => ({
        heading,
        found: items
          .flatMap((entry) => found(entry, query, letters))
          .sort((a, b) => b.score - a.score)
          .slice(0, PER_GROUP)
      }))
      .filter(({ found: list }) => list.length > 0);
  }
}

type Entry = {
  item: PaletteItem;
  label: ReadonlySet<string>;
  keywords: readonly (readonly [string, ReadonlySet<string>])[];
};

function entryOf(item: PaletteItem): Entry {
  const keywords = (item.keywords ?? []).map((word) => [word, new Set(lettersOf(word))] as const);
  return { item, label: new Set(lettersOf(item.label)), keywords };
}

function lettersOf(text: string): string {
  return foldText(text).replace(/\s+/gu, '');
}

const has = (letters: ReadonlySet<string>, wanted: string) => {
  for (const letter of wanted) if (!letters.has(letter)) return false;
  return true;
};

function found({ item, label, keywords }: Entry, query: string, wanted: string): Found[] {
  const match = has(label, wanted) ? fuzzyMatch(item.label, query) : null;
  if (match) return [{ item, ...match }];
  // A keyword finds the item but has no letters to mark.
  const byKeyword = keywords.some(([word, letters]) => has(letters, wanted) && fuzzyMatch(word, query));
  return byKeyword ? [{ item, score: BY_KEYWORD, ranges: [] }] : [];
}
