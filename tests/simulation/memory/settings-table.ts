// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/settings-table.js';
import { modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

export const readSettingsRows = modelled(real.readSettingsRows, (tx) =>
  sessionOf(tx).run((on) => [...on.all('settings').values()])
);

export const readSettingsRow = modelled(real.readSettingsRow, (tx, section) =>
  sessionOf(tx).run((on) => on.get('settings', section) ?? null)
);
