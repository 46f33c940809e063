import { frontierPlaces } from '../../../src/lib/core/log/tree';
// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/log/tree-table.js';
import { modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it. Nobody signs here.

export const readTree = modelled(real.readTree, (tx) =>
  sessionOf(tx).run((on) => {
    const size = on.all('sequence').size;
    const frontier = frontierPlaces(size).flatMap(({ level, idx }) => {
      const node = on.get('nodes', `${level} ${idx}`);
      return node ? [node] : [];
    });
    return { signed: { size: 0, note: null, age: null }, vkey: null, nextVkey: null, frontier };
  })
);

// There is no log here from before there was a tree.
export const completeNodes = modelled(real.completeNodes, () => Promise.resolve());

export const insertNodes = modelled(real.insertNodes, async (tx, nodes) => {
  if (nodes.length === 0) return;
  await sessionOf(tx).run(async (on) => {
    for (const node of nodes) await on.add('nodes', `${node.level} ${node.idx}`, node, 'node_pkey');
  });
});
