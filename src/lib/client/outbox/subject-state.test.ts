import { expect, test } from 'vitest';
import type { OutboxRecord, Stage, Subject } from './record';
import { subjectStates } from './subject-state';

let n = 0;
const record = (subject: Subject, stage: Stage): OutboxRecord => ({
  n: ++n,
  op: `op-${n}`,
  subject,
  label: 'It',
  at: 0,
  change: { kind: 'edit', parts: {} },
  stage
});
const refused: Stage = { is: 'refused', reason: { code: 'access/self' }, at: 0 };

test('[UX-2] lists tell of each subject with own edits the one thing that matters most', () => {
  const records = [
    record('role:a', { is: 'sent' }),
    record('role:a', refused),
    record('role:b', { is: 'queued' }),
    record('role:b', { is: 'held' }),
    record('person:c', { is: 'queued' }),
    record('person:d', { is: 'landed', seq: 2 }),
    record('role:e', { ...refused, handing: { op: 'h', to: { id: 'p', name: 'P' }, note: '' } })
  ];
  expect([...subjectStates(records, false)]).toEqual([
    ['role:a', 'attention'],
    ['role:b', 'held'],
    ['person:c', 'saving']
  ]);
  expect(subjectStates(records, true).get('person:c')).toBe('waiting');
});
