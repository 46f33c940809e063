// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/denials-table.js';
import { modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

export const countDenial = modelled(real.countDenial, (tx, { kind, entry, ...denial }) =>
  sessionOf(tx).run(async (on) => {
    const { whose, administratorId, actor, request, event, times } = denial;
    const kinds = [...on.all('denials').values()].filter((row) => row.administratorId === administratorId);
    const own = on.get('denials', kind) !== undefined || kinds.length < real.MOST_KINDS;
    const key = own ? kind : real.restOf(whose);
    await on.lock('denials', key, 'update');
    const there = on.get('denials', key);
    const row = there
      ? { ...there, repeats: there.repeats + times, actor, request }
      : {
          ...{ kind: key, administratorId, first: entry, repeats: own ? times - 1 : times, actor, request },
          ...{ until: new Date(), event: own ? event : null }
        };
    on.put('denials', key, row);
    return { isFirst: row.repeats < times, first: row.first };
  })
);

// The clock is Postgres' own, which no world moves: in a story no minute is over.
export const endDenialsOf = modelled(real.endDenialsOf, () => Promise.resolve([]));
export const endDenials = modelled(real.endDenials, () => Promise.resolve([]));
