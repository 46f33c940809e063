/** A text in three parts: what it begins with like the other, where it differs, what it ends with like the other. */
export type Differing = readonly [same: string, different: string, same: string];

/** Marks where two texts differ, by whole words: what they begin and end with alike is left unmarked. */
export function differingWords(a: string, b: string): [Differing, Differing] {
  const wordsA = a.split(/(?<=\s)/u);
  const wordsB = b.split(/(?<=\s)/u);
  const shorter = Math.min(wordsA.length, wordsB.length);
  let start = 0;
  while (start < shorter && wordsA[start] === wordsB[start]) start++;
  let end = 0;
  while (end < shorter - start && wordsA.at(-1 - end) === wordsB.at(-1 - end)) end++;
  const parts = (words: string[]): Differing => [
    words.slice(0, start).join(''),
    words.slice(start, words.length - end).join(''),
    words.slice(words.length - end).join('')
  ];
  return [parts(wordsA), parts(wordsB)];
}
