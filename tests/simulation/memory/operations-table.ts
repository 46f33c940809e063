// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/operations-table.js';
import { isOn } from '../faults';
import { modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

export const findAnswer = modelled(real.findAnswer, (tx, actor, op) =>
  sessionOf(tx).run((on) => {
    if (isOn('no-dedupe')) return null;
    const row = on.get('operations', `${actor} ${op}`);
    return row ? { ...row, answer: JSON.parse(row.answer) as unknown } : null;
  })
);

export const storeAnswer = modelled(real.storeAnswer, (tx, { actor, op, request, answer, parts, about }) =>
  sessionOf(tx).run((on) => {
    const row = { actor, op, request, answer: JSON.stringify(answer), parts, about, at: new Date(0) };
    if (isOn('no-dedupe')) return on.put('operations', `${actor} ${op}`, row);
    return on.add('operations', `${actor} ${op}`, row, 'operations_actor_op_pk');
  })
);
