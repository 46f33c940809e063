// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/notices-table.js';
import { complete, modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

export const insertNotices = modelled(real.insertNotices, async (tx, rows) => {
  if (rows.length === 0) return;
  await sessionOf(tx).run((on) => {
    for (const row of rows)
      if (!on.get('notices', row.id))
        on.put(
          'notices',
          row.id,
          complete<real.NoticeRow>({ holderId: row.administratorId!, at: new Date(), readAt: null }, row)
        );
  });
});
