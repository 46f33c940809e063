import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DOOR } from '../../scripts/chunk-groups';
import { fileOf, inProject, pages, wayTo } from './way-to';

const BEFORE_SIGN_IN = DOOR.map((file) => inProject(`src/routes/${file}`));
const ALL = pages(inProject('src/routes'));
const MEND =
  'cut one link of this chain: a constant into a file of its own, a part into an import() (src/lib/ui/later-part.svelte.ts)';

/** Large, and of use only after the first look at a page. */
const LATER = ['bits-ui', 'papaparse', 'uqr'];
/** The console's own, which nobody needs who is not signed in. */
const CONSOLE = ['yjs', 'y-websocket', 'y-indexeddb', 'y-protocols', 'idb', '@noble/ciphers'];

test.each([...LATER, ...CONSOLE])('before the sign-in nothing loads %s', (name) => {
  expect(wayTo(name, BEFORE_SIGN_IN), MEND).toBeNull();
});

test.each(LATER)('no page loads %s at its start', (name) => {
  expect(wayTo(name, ALL), MEND).toBeNull();
});

test.each([...LATER, ...CONSOLE])('%s is in use, so that a way to it would be found', (name) => {
  const imported = new RegExp(`(?:from |import\\()'${name}['/]`);
  const users = pages(inProject('src/lib')).filter((path) => imported.test(readFileSync(path, 'utf8')));
  expect(users).not.toEqual([]);
});

test('a path of the project that leads nowhere is no end of a way', () => {
  expect(() => fileOf('$lib/ui/nowhere', inProject('src/app.d.ts'))).toThrow('src/app.d.ts: $lib/ui/nowhere');
});

test('the search finds what the console does load', () => {
  for (const name of ['yjs', 'idb']) expect(wayTo(name, ALL), name).not.toBeNull();
});
