/** A half-open range of matched characters. */
export type MatchRange = { from: number; to: number };
export type FuzzyMatch = { score: number; ranges: MatchRange[] };

/** A text without case and accents, letter for letter: ranges index the text that is shown. */
export function foldLetters(text: string): string {
  // Most texts: nothing of them is longer or shorter in small letters.
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (letter) => {
    const plain = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    return plain.length === letter.length
      ? plain
      : letter.toLowerCase().length === letter.length
        ? letter.toLowerCase()
        : letter;
  }).join('');
}

const startsWord = (text: string, at: number) => at === 0 || /[\s\p{P}]/u.test(text.charAt(at - 1));

/**
 * Finds `query` in `text` without regard to case and accents: as a whole (best at the start of a word), or letter by
 * letter in order with every run at the start of a word ("sa" finds "Super Administrator"). Null when it is not there.
 */
export function fuzzyMatch(text: string, query: string): FuzzyMatch | null {
  return matchFolded(foldLetters(text), foldLetters(query.trim()));
}

/** The same of what is folded already, for thousands of texts at every key. */
export function matchFolded(within: string, wanted: string): FuzzyMatch | null {
  if (wanted === '') return { score: 0, ranges: [] };
  const { length } = within;

  let inside = -1;
  for (let at = within.indexOf(wanted); at !== -1; at = within.indexOf(wanted, at + 1)) {
    if (startsWord(within, at)) {
      const score = (at === 0 ? 100 : 80) - length / 1000;
      return { score, ranges: [{ from: at, to: at + wanted.length }] };
    }
    if (inside === -1) inside = at;
  }
  if (inside !== -1)
    return { score: 50 - length / 1000, ranges: [{ from: inside, to: inside + wanted.length }] };

  const ranges: MatchRange[] = [];
  let at = 0;
  for (const letter of wanted.replace(/\s+/gu, '')) {
    const previous = ranges[ranges.length - 1];
    if (previous !== undefined && within.charAt(at) === letter) {
      previous.to = at += 1;
      continue;
    }
    while (at < within.length && !(within.charAt(at) === letter && startsWord(within, at))) at += 1;
    if (at >= within.length) return null;
    ranges.push({ from: at, to: at + 1 });
    at += 1;
  }
  return { score: 30 - ranges.length - length / 1000, ranges };
}
