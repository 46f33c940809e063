import { foldLetters, matchFolded, type FuzzyMatch, type MatchRange } from '$lib/ui/fuzzy';
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
    const wanted = textOf(query.trim());
    return this.#groups
      .map(({ heading, items }) => ({ heading, found: bestOf(items, wanted) }))
      .filter(({ found }) => found.length > 0);
  }
}

/** A folded text, and which letters it has: a bit for each of a to z, one for two digits each. */
type Text = { folded: string; letters: number };
type Entry = { item: PaletteItem; label: Text; keywords: readonly Text[] };

function entryOf(item: PaletteItem): Entry {
  return { item, label: textOf(item.label), keywords: (item.keywords ?? []).map(textOf) };
}

function textOf(text: string): Text {
  const folded = foldLetters(text);
  let letters = 0;
  for (let at = 0; at < folded.length; at++) {
    const code = folded.charCodeAt(at);
    if (code >= 97 && code <= 122) letters |= 1 << (code - 97);
    else if (code >= 48 && code <= 57) letters |= 1 << (26 + (code % 5));
  }
  return { folded, letters };
}

function match(text: Text, wanted: Text): FuzzyMatch | null {
  return (text.letters & wanted.letters) === wanted.letters ? matchFolded(text.folded, wanted.folded) : null;
}

/** The best first; of equals the one that stands first. */
function bestOf(items: readonly Entry[], wanted: Text): Found[] {
  const best: Found[] = [];
  for (const entry of items) {
    const found = foundBy(entry, wanted);
    if (found === null) continue;
    let place = best.length;
    while (place > 0 && best[place - 1]!.score < found.score) place--;
    if (place === PER_GROUP) continue;
    best.splice(place, 0, { item: entry.item, ...found });
    if (best.length > PER_GROUP) best.pop();
  }
  return best;
}

function foundBy({ label, keywords }: Entry, wanted: Text): FuzzyMatch | null {
  const byLabel = match(label, wanted);
  if (byLabel) return byLabel;
  // A keyword finds the item but has no letters to mark.
  return keywords.some((word) => match(word, wanted)) ? { score: BY_KEYWORD, ranges: [] } : null;
}
