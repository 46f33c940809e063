import { createHash } from 'node:crypto';
import { leafInput } from '../../../src/lib/core/log/hash-input';
// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/log/audit-log.js';
import type { EntryDoc } from '../../../src/lib/server/db/log/audit-schema';
import { modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

export const appendEntry = modelled(real.appendEntry, (tx, { body, personalData, touches }) =>
  sessionOf(tx).run((on) => {
    const n = on.ticket;
    const leaf = createHash('sha256').update(leafInput(body)).digest();
    const doc = JSON.parse(new TextDecoder().decode(body)) as EntryDoc;
    on.put('entries', String(n), { n, body, leaf, doc });
    on.put('personal', String(n), { n, doc: personalData });
    on.put('pending', String(n), { n, touches });
  })
);
