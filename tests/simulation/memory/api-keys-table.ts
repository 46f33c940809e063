// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/api-keys-table.js';
import { modelled } from './database';

// What the module of this name does with Postgres, done in the model of it: there are no keys in a story.

export * from '../../../src/lib/server/db/tables/api-keys-table.js';
export const readKeys = modelled(real.readKeys, () => Promise.resolve([]));
export const revokeKeysOf = modelled(real.revokeKeysOf, () => Promise.resolve([]));
