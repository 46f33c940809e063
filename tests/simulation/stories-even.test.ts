import { expect, test } from 'vitest';
import { STORIES, tell } from './stories';

// Two files, for two cores.
test(`[LIV-1] [LIV-4] [LIV-5] [LIV-6] [LIV-7] [LIV-8] in ${STORIES / 2} stories nothing is lost, doubled, forbidden, done in ignorance, hidden or done as somebody else`, async () => {
  const { bad, figures } = await tell(0);
  expect(bad.join('\n')).toBe('');
  // Stories in which nothing gets through would prove nothing.
  expect(figures.answered / (STORIES / 2)).toBeGreaterThan(5);
  expect(figures.refused / (STORIES / 2)).toBeGreaterThan(1);
  expect(figures.ofOthers / (STORIES / 2)).toBeGreaterThan(0.2);
});
