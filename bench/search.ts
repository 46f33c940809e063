import { indexCatalogue, type Catalogue } from '../src/lib/core/access/catalogue';
import { indexSearch, parseQuery, searchMask } from '../src/lib/core/roles/search';
import { buildTree, visibleRows } from '../src/lib/core/roles/tree';
import { spread, type Spread } from './statistics';

/** Queries typed letter by letter: plain words, synonyms, two words, and nothing that exists. */
export const TYPED = ['delete', 'export contacts', 'remove role', 'invoice', 'list', 'zzzz'];
const ROUNDS = 5;

/** Milliseconds per keystroke for what the search computes: the filter and the rows to draw, without drawing. */
export function measureSearch(catalogue: Catalogue): Spread & { actions: number; prepareMs: number } {
  const start = performance.now();
  const tree = buildTree(indexCatalogue(catalogue));
  const index = indexSearch(tree);
  const prepareMs = performance.now() - start;
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const text of TYPED) {
      for (let length = 1; length <= text.length; length++) {
        const pressed = performance.now();
        visibleRows(tree, () => true, searchMask(index, parseQuery(text.slice(0, length))));
        took.push(performance.now() - pressed);
      }
    }
  }
  return { ...spread(took), actions: tree.leaves.length, prepareMs };
}
