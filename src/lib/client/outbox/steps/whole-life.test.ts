import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPending, type Records } from '../record';
import { change, edit, landing, ROLE } from '../../../../../tests/support/outbox-steps';
import { land } from './landing';
import { fixNext } from './sending';

test('[LIV-4] whatever is asked, in whatever order: the last value of each part is shown, sent, and nothing twice', () => {
  const keys = ['a', 'b', 'name'] as const;
  const actions = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('change' as const), key: fc.constantFrom(...keys), value: fc.boolean() }),
      fc.record({ kind: fc.constantFrom('fix', 'land', 'refuse', 'lose') })
    ),
    { maxLength: 40 }
  );
  fc.assert(
    fc.property(actions, (list) => {
      const committed = new Map<string, boolean>(keys.map((key) => [key, false]));
      const wanted = new Map<string, boolean>();
      let records: Records = [];
      let seq = 5;
      const deliver = () => {
        const sent = records.find(({ stage }) => stage.is === 'sent');
        if (!sent || sent.change.kind !== 'edit') return;
        for (const [key, { value }] of Object.entries(sent.change.parts)) committed.set(key, value === true);
        seq++;
        records = land(sent.op, landing(seq, Object.keys(sent.change.parts)), 0)(records);
      };
      for (const action of list)
        if (action.kind === 'change') {
          wanted.set(action.key, action.value);
          records = edit(ROLE, change(action.key, action.value, committed.get(action.key)!, seq))(records);
        } else if (action.kind === 'fix') records = fixNext(0)(records);
        else if (action.kind === 'land') deliver();
      // Everything still waiting gets through in order.
      for (let turn = 0; turn < 60 && records.some(isPending); turn++) {
        records = fixNext(0)(records);
        deliver();
      }
      expect(records.filter(isPending)).toEqual([]);
      for (const [key, value] of wanted) expect(committed.get(key)).toBe(value);
      expect(new Set(records.map(({ n }) => n)).size).toBe(records.length);
    }),
    { numRuns: 500 }
  );
});
