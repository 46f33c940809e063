import { expect, test } from 'vitest';
import { files, read } from './read-imports';

/**
 * Text for screen readers alone that begins with a mark: it is a box of its own, and browsers put a blank before it.
 */
const BEGINS_WITH_A_MARK = /sr-only"\s*>\s*[,;:.]/g;

test('[UX-1] what only screen readers hear stands in brackets: "View (read)", not "View , read"', () => {
  const found = files
    .filter((file) => file.endsWith('.svelte'))
    .flatMap((file) => [...read(file).matchAll(BEGINS_WITH_A_MARK)].map(([text]) => `${file}: ${text}`));
  expect(found).toEqual([]);
});
