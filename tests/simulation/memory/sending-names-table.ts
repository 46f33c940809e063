// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/sending-names-table.js';
import { modelled } from './database';

// What the module of this name does with Postgres, done in the model of it: there are no sending names in a story.

export * from '../../../src/lib/server/db/tables/sending-names-table.js';
export const readSendingNames = modelled(real.readSendingNames, () => Promise.resolve([]));
export const goneHoldersOf = modelled(real.goneHoldersOf, () => Promise.resolve([]));
export const holderOfSendingName = modelled(real.holderOfSendingName, () => Promise.resolve(null));
export const lockName = modelled(real.lockName, () => Promise.resolve());
