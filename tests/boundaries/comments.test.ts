import { expect, test } from 'vitest';
import { files, read, walk } from './read-imports';

// A doc comment begins with the noun that it is about, in English word order (CONTRIBUTING.md): one that opens with a
// bare question word, a preposition or a clause says something about what it has not named. No line is longer than a
// screen is wide.

const QUESTION = /^(What|How|Who|Whether|Where|When|Which|Whose|Why)\b/;
const PREPOSITION =
  /^(About|Above|After|Against|Among|As|At|Because|Before|Behind|Below|Beside|Between|Beyond|By|During|For|From|If|In|Instead|Of|On|Once|Over|Per|Since|Through|To|Under|Until|While|With|Within|Without)\b/;
const LONGEST_LINE = 120;

const all = [...files, ...walk('bench'), ...walk('scripts'), ...walk('tests')].filter(
  (file) => /\.(ts|mts|svelte|mjs|js)$/.test(file) && file !== 'tests/boundaries/comments.test.ts'
);

/** Doc comments of a text: the line, counted from 1, on which each begins, and its first words. */
function docComments(text: string): { line: number; opening: string }[] {
  return [...text.matchAll(/\/\*\*\s*\n?\s*\*?\s*([^\n]*)/g)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    opening: match[1]!.trim()
  }));
}

/** True if a comment never names its subject, or names it late. */
const isRiddle = (opening: string) => QUESTION.test(opening) || PREPOSITION.test(opening);

test('doc comments begin with the noun', () => {
  const riddles = all.flatMap((file) =>
    docComments(read(file))
      .filter(({ opening }) => isRiddle(opening))
      .map(({ line, opening }) => `${file}:${line} ${opening}`)
  );
  expect(riddles).toEqual([]);
});

test('lines of comments end where a screen does', () => {
  const long = all.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, at) =>
        line.length > LONGEST_LINE && /^\s*(\/\/|\/?\*\*?) /.test(line) ? `${file}:${at + 1}` : []
      )
  );
  expect(long).toEqual([]);
});

test('doc comments are found, of one line and of several', () => {
  const text =
    '/** What it is. */\nlet a;\n/**\n * Of one that is.\n */\nlet b;\n/** Offer of one. */\nlet c;\n';
  expect(docComments(text).map(({ line, opening }) => [line, isRiddle(opening)])).toEqual([
    [1, true],
    [3, true],
    [7, false]
  ]);
  expect(all.flatMap((file) => docComments(read(file))).length).toBeGreaterThan(4000);
});
