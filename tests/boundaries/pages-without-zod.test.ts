import { expect, test } from 'vitest';
import { inProject, pages, wayTo } from './way-to';

const routes = pages(inProject('src/routes'));

test.each(['zod', 'drizzle-orm', 'postgres', 'ws'])('no page loads %s', (name) => {
  const way = wayTo(name, routes);
  expect(
    way,
    'cut one link of this chain: move what the page needs into a file without the package'
  ).toBeNull();
});

test('the search finds what pages do load', () => {
  expect(wayTo('yjs', routes)).not.toBeNull();
});
