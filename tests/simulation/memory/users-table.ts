// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/users-table.js';
import { modelled } from './database';

// What the module of this name does with Postgres, done in the model of it: there are no users in a story.

export * from '../../../src/lib/server/db/tables/users-table.js';
export const findUserByEmailKey = modelled(real.findUserByEmailKey, () => Promise.resolve(null));
export const usersOfPackages = modelled(real.usersOfPackages, () => Promise.resolve([]));
export const readUsers = modelled(real.readUsers, () => Promise.resolve([]));
export const countUsers = modelled(real.countUsers, () => Promise.resolve(new Map()));
