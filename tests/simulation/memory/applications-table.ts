// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/applications-table.js';
import { modelled } from './database';

// What the module of this name does with Postgres, done in the model of it: there are no applications in a story.

export * from '../../../src/lib/server/db/tables/applications-table.js';
export const readApplications = modelled(real.readApplications, () => Promise.resolve([]));
export const applicationsOfRole = modelled(real.applicationsOfRole, () => Promise.resolve([]));
export const applicationsOfSteward = modelled(real.applicationsOfSteward, () => Promise.resolve([]));
export const moveApplications = modelled(real.moveApplications, () => Promise.resolve([]));
export const setStewardGone = modelled(real.setStewardGone, () => Promise.resolve([]));
