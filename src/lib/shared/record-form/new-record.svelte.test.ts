import { expect, test } from 'vitest';
import { NewRecord } from './new-record.svelte';

const made = () =>
  new NewRecord({
    specs: [
      { key: 'name', kind: 'text' },
      { key: 'daily', kind: 'limit', off: 'inherit' },
      { key: 'pays', kind: 'flag' }
    ] as const,
    judge: () => null,
    fieldOf: () => null,
    words: () => '',
    inputOf: () => ({}),
    create: () => Promise.resolve({})
  });

test('[UX-4] a new record half filled when the session ended is filled again', () => {
  const before = made();
  expect(before.draft()).toBeNull();
  before.values.type('name', 'Growth ');
  before.values.type('daily', { on: true, unlimited: false, text: '2,0' });
  const draft = structuredClone(before.draft())!;
  expect(draft.map(({ key }) => key)).toEqual(['name', 'daily']);

  const again = made();
  again.restore(draft);
  expect(again.values.texts['name']).toBe('Growth ');
  expect(again.values.limits['daily']).toEqual({ on: true, unlimited: false, text: '2,0' });
  expect(again.values.flags['pays']).toBe(false);
});
