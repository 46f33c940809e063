import { expect, test } from 'vitest';
import { files, read, walk } from './read-imports';

// A doc comment begins with the noun that it is about, in English word order (CONTRIBUTING.md): one that opens with a
// bare question word never names its subject. No line is longer than a screen is wide.

const QUESTION = /^(What|How|Who|Whether|Where|When|Which|Whose|Why)\b/;
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

test('doc comments begin with the noun', () => {
  const riddles = all.flatMap((file) =>
    docComments(read(file))
      .filter(({ opening }) => QUESTION.test(opening))
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
  const text = '/** What it is. */\nlet a;\n/**\n * Why it is.\n */\nlet b;\n';
  expect(docComments(text).map(({ line, opening }) => [line, QUESTION.test(opening)])).toEqual([
    [1, true],
    [3, true]
  ]);
  expect(all.flatMap((file) => docComments(read(file))).length).toBeGreaterThan(4000);
});
