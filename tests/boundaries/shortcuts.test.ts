import { expect, test } from 'vitest';
import { files, read } from './read-imports';

/** A pressed key compared with a letter as it is typed: on a layout without that letter nothing happens. */
const COMPARES_A_LETTER = /\bkey(?:\.toLowerCase\(\))? *[!=]==? *'[a-zA-Z]'/g;

test('[UX-1] shortcuts compare the letter that ui/shortcut-letter finds, on any layout', () => {
  const found = files
    .filter((file) => /^src\/.*\.(ts|svelte)$/.test(file) && !file.includes('.test.'))
    .filter((file) => /KeyboardEvent|onkeydown/.test(read(file)) && !read(file).includes('shortcutLetter'))
    .flatMap((file) => [...read(file).matchAll(COMPARES_A_LETTER)].map(([text]) => `${file}: ${text}`));
  expect(found).toEqual([]);
});
