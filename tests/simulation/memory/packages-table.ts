// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/packages-table.js';
import { modelled } from './database';

// What the module of this name does with Postgres, done in the model of it: there are no packages in a story.

export * from '../../../src/lib/server/db/tables/packages-table.js';
export const packagesOfRoles = modelled(real.packagesOfRoles, () => Promise.resolve([]));
export const readPackages = modelled(real.readPackages, () => Promise.resolve([]));
export const readPackagesEver = modelled(real.readPackagesEver, () => Promise.resolve([]));
