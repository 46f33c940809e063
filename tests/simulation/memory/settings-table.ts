import type * as real from '../../../src/lib/server/db/settings-table';
import { sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

export const readSettingsRows: typeof real.readSettingsRows = (tx) =>
  sessionOf(tx).run((on) => [...on.all('settings').values()]);

export const readSettingsRow: typeof real.readSettingsRow = (tx, section) =>
  sessionOf(tx).run((on) => on.get('settings', section) ?? null);
