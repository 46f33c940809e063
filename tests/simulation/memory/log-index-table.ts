// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/log/log-index-table.js';
import { modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it. Nobody searches here: whatever has a
// number counts as found.

export {
  blocksToMake,
  entryIds,
  factsOfBlocks,
  writeBlocks
} from '../../../src/lib/server/db/log/log-index-table.js';

export const readLogIndex = modelled(real.readLogIndex, (tx) =>
  sessionOf(tx).run((on) => ({ last: on.all('sequence').size, blocks: Infinity, unknown: false }))
);

export const insertFacts = modelled(real.insertFacts, () => Promise.resolve());
