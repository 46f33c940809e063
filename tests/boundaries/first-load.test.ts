import { expect, test } from 'vitest';
import { inProject, pages, wayTo } from './way-to';

const DOOR = ['+layout.svelte', 'sign-in/+page.svelte', 'setup/+page.svelte', 'invitation/+page.svelte'].map(
  (page) => inProject(`src/routes/${page}`)
);
const ALL = pages(inProject('src/routes'));
const MEND =
  'cut one link of this chain: a constant into a file of its own, a part into an import() (src/lib/ui/part.svelte.ts)';

/** Large, and of use only after the first look at a page. */
const LATER = ['bits-ui', '@floating-ui/dom', 'svelte-toolbelt', 'runed', 'tabbable', 'papaparse', 'uqr'];
/** The console's own, which nobody needs who is not signed in. */
const CONSOLE = ['yjs', 'y-websocket', 'y-indexeddb', 'y-protocols', 'lib0', 'idb', '@noble/ciphers'];

test.each([...LATER, ...CONSOLE])('before the sign-in nothing loads %s', (name) => {
  expect(wayTo(name, DOOR), MEND).toBeNull();
});

test.each(LATER)('no page loads %s at its start', (name) => {
  expect(wayTo(name, ALL), MEND).toBeNull();
});

test('the search finds what the console does load', () => {
  for (const name of ['yjs', 'idb']) expect(wayTo(name, ALL), name).not.toBeNull();
});
