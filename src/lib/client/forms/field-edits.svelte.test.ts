import { expect, test, vi } from 'vitest';
import { testOutbox } from '../../../../tests/support/outbox';
import type { Refusal } from '$lib/core/access/refusal';
import { FieldEdits, oldestSeen, type BadInput } from './field-edits.svelte';
import type { Parts, PartValue } from '../outbox/record';

const TOO_SHORT: Refusal = { code: 'input/invalid', field: 'name', message: 'Too short.' };
const SUBJECT = 'profile';

function form(reason: Refusal | null, { online = true } = {}) {
  const { outbox } = testOutbox(
    () => (reason ? { is: 'refused', refusal: reason } : { is: 'answer', answer: { seq: 4, refused: [] } }),
    { online }
  );
  const returned: [string, PartValue][] = [];
  const onchanged = vi.fn();
  const edits = new FieldEdits<'name'>({
    subject: SUBJECT,
    outbox,
    badInput: (refusal): BadInput<'name'> | null =>
      refusal.code === 'input/invalid' ? { field: 'name', words: refusal.message } : null,
    onchanged,
    onreturned: ({ field }, parts: Parts) => returned.push([field, parts[field]?.value ?? null])
  });
  const save = (subject: typeof SUBJECT | 'person:p' = SUBJECT) =>
    outbox.save(subject, 'Your profile', [{ key: 'name', value: 'M', committed: 'Maya', seen: 3 }]);
  return { outbox, edits, save, returned, onchanged };
}

test('[UX-4] what the server could not take goes back into its field once, with the words, and not into the list', async () => {
  const { edits, save, returned } = form(TOO_SHORT);
  expect(await save()).toBe('refused');
  expect(returned).toEqual([['name', 'M']]);
  expect([edits.words('name'), edits.refused, edits.value('name')]).toEqual(['Too short.', [], undefined]);
  edits.forget(['name']);
  expect(edits.words('name')).toBeNull();
  expect(returned).toHaveLength(1);
});

test('[LIV-8] what was refused for another reason stays in the list, and out of the fields', async () => {
  const { edits, save, returned } = form({ code: 'access/self' });
  await save();
  edits.forget(['name']);
  expect(edits.refused).toHaveLength(1);
  expect([edits.words('name'), returned]).toEqual([null, []]);
});

test('[LIV-4] what waits is shown, and counted until it has landed', async () => {
  const { edits, outbox, save } = form(null, { online: false });
  void save();
  expect([edits.value('name'), edits.pending]).toEqual(['M', ['name']]);
  outbox.close();
});

test('what is kept of another subject is nobody’s business here', async () => {
  const { edits, save, returned, onchanged } = form(TOO_SHORT);
  await save('person:p');
  expect([edits.words('name'), edits.refused, edits.pending, returned]).toEqual([null, [], [], []]);
  expect(onchanged).not.toHaveBeenCalled();
});

test('[UX-4] a form that opens later takes up what came back before', async () => {
  const { edits, save, returned } = form(TOO_SHORT);
  edits.destroy();
  await save();
  expect(returned).toEqual([]);
  edits.takeUp();
  expect(returned).toEqual([['name', 'M']]);
});

test('[LIV-7] what comes back is judged against the oldest version that any of it was typed over', () => {
  const part = (seen: number) => ({ value: 'x', from: null, seen });
  expect(oldestSeen({ name: part(7), email: part(5) })).toBe(5);
});
