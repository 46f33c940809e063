import { expect, test } from 'vitest';
import { postfixLines } from './postfix-lines';

// [QUO-5] `npm run test:mail` has a Postfix read the same line.

test('[QUO-5] a value with spaces stands in braces of its own: without them Postfix does not start', () => {
  for (const unreachable of ['open', 'closed'] as const) {
    const asks = postfixLines(unreachable).match(/\{ .* \}/g) ?? [];
    expect(asks).toHaveLength(2);
    for (const ask of asks)
      for (const attribute of ask.slice(2, -2).split(', ')) expect(attribute).toMatch(/^(\S+|\{ \w+=.* \})$/);
  }
  expect(postfixLines('closed')).toContain('{ default_action=451 4.3.0 Caps cannot be checked }');
});
