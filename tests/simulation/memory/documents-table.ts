// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/documents-table.js';
import { modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

const keyOf = (name: string, clock: number) => `${name} ${clock}`;

export const readDocument = modelled(real.readDocument, (tx, name, have) =>
  sessionOf(tx).run((on) => {
    const row = on.get('documents', name);
    if (!row) return null;
    const { clock, snapshotClock } = row;
    const from = Math.max(have, snapshotClock);
    const updates = [...on.all('updates').values()]
      .filter((update) => update.name === name && update.clock > from)
      .sort((a, b) => a.clock - b.clock)
      .map(({ clock: at, data }) => ({ clock: at, data }));
    return { clock, snapshotClock, snapshot: snapshotClock > have ? row.snapshot : null, updates };
  })
);

export const readClock = modelled(real.readClock, (tx, name) =>
  sessionOf(tx).run((on) => on.get('documents', name)?.clock ?? null)
);

export const readClocks = modelled(real.readClocks, (tx, names) =>
  sessionOf(tx).run((on) => {
    const found = names.map((name) => on.get('documents', name)).filter((row) => row !== undefined);
    return new Map(found.map(({ name, clock }) => [name, clock]));
  })
);

export const readOutdated = modelled(real.readOutdated, (tx, known) =>
  sessionOf(tx).run((on) =>
    known.flatMap(({ name, clock }) => (on.get('documents', name)?.clock === clock ? [] : [name]))
  )
);

export const appendUpdates = modelled(real.appendUpdates, async (tx, changes) => {
  if (changes.length === 0) return;
  await sessionOf(tx).run(async (on) => {
    for (const { name, clock, data } of changes) {
      await on.add('updates', keyOf(name, clock), { name, clock, data }, 'document_updates_name_clock_pk');
      const row = on.get('documents', name) ?? { name, snapshot: new Uint8Array(), snapshotClock: 0 };
      on.put('documents', name, { ...row, clock });
    }
  });
});

export const writeSnapshot = modelled(real.writeSnapshot, (tx, { name, clock, snapshot }) =>
  sessionOf(tx).run((on) => {
    const row = on.get('documents', name);
    if (row) on.put('documents', name, { ...row, snapshot, snapshotClock: clock });
    for (const update of [...on.all('updates').values()])
      if (update.name === name && update.clock <= clock) on.put('updates', keyOf(name, update.clock), null);
  })
);

export const deleteDocument = modelled(real.deleteDocument, (tx, name) =>
  sessionOf(tx).run((on) => {
    for (const update of [...on.all('updates').values()])
      if (update.name === name) on.put('updates', keyOf(name, update.clock), null);
    on.put('documents', name, null);
  })
);
