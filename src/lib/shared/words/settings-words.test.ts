import { expect, test } from 'vitest';
import { SECTION_WORDS } from './settings-words';

test('[UX-3] the time zone promises no more than it does: exports are in UTC', () => {
  const { text } = SECTION_WORDS.find(({ section }) => section === 'general')!;
  expect(text).toContain('Exports are in UTC');
  expect(text).not.toMatch(/^For times in mail and exports/);
});
