// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/last-active-table.js';
import { modelled } from './database';

// What the module of this name does with Postgres, done in the model of it: nobody's last activity is noted here.

export const readLastActive = modelled(real.readLastActive, () => Promise.resolve(new Map()));
export const activeWithin = modelled(real.activeWithin, () => Promise.resolve([]));
