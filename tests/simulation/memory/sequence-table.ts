// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/log/sequence-table.js';
import { isOn } from '../faults';
import { modelled, pgError, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

export type { PendingEntry } from '../../../src/lib/server/db/log/sequence-table';

export const trySequencerLock = modelled(real.trySequencerLock, (tx) =>
  sessionOf(tx).run((on) => on.tryLock('sequencer'))
);

export const readPending = modelled(real.readPending, (tx, limit) =>
  sessionOf(tx).run((on) =>
    [...on.all('pending').values()]
      .sort((a, b) => a.n - b.n)
      .slice(0, limit)
      .map(({ n, touches }) => {
        const { leaf, doc } = on.get('entries', String(n))!;
        const told = isOn('touch-dropped') && n % 5 === 0 ? [] : touches;
        return { n, touches: told, leaf, doc, personalData: on.get('personal', String(n))?.doc ?? null };
      })
  )
);

export const takePending = modelled(real.takePending, async (tx, tickets) => {
  if (tickets.length === 0) return;
  await sessionOf(tx).run(async (on) => {
    for (const n of tickets) {
      await on.lock('pending', String(n), 'update');
      if (!on.committed('pending', String(n))) throw pgError('40001');
      on.put('pending', String(n), null);
    }
  });
});

export const readHead = modelled(real.readHead, (tx) =>
  sessionOf(tx).run((on) => {
    let head: { seq: number; chain: Uint8Array } | null = null;
    for (const row of on.all('sequence').values()) if (!head || row.seq > head.seq) head = row;
    return isOn('number-skipped') && head ? { ...head, seq: head.seq + 1 } : head;
  })
);

export const insertSequence = modelled(real.insertSequence, async (tx, rows) => {
  if (rows.length === 0) return;
  await sessionOf(tx).run(async (on) => {
    const tickets = rows.map((row) => row.n);
    if (isOn('chain-broken')) tickets.reverse();
    for (const [at, { seq, chain }] of rows.entries()) {
      const n = tickets[at]!;
      await on.unique('seq_n_key', String(n), () =>
        [...on.all('sequence').values()].some((row) => row.n === n)
      );
      await on.add('sequence', String(seq), { seq, n, chain }, 'seq_pkey');
    }
  });
});
