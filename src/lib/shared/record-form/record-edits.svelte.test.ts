import { expect, test, vi } from 'vitest';
import { testOutbox } from '../../../../tests/support/outbox';
import { RecordEdits } from './record-edits.svelte';

type Plan = { name: string; seq: number };

test('[LIV-4] without a connection what is saved is kept, and nobody is kept waiting for it', async () => {
  vi.useFakeTimers();
  try {
    const { outbox, sent } = testOutbox(() => ({ is: 'answer', answer: { seq: 4, refused: [] } }), {
      online: false
    });
    const edits = new RecordEdits<Plan, 'name'>({
      subject: 'package:p',
      specs: [{ key: 'name', kind: 'text' }],
      read: (record) => record.name,
      judge: () => null,
      words: () => null,
      outbox
    });
    const type = (text: string) => {
      edits.values.put('name', text);
      edits.changed('name');
    };
    edits.follow({ name: 'Growth', seq: 3 });
    type('Scale');
    const saved = edits.save();
    await vi.advanceTimersByTimeAsync(1);
    expect([edits.saving, edits.pending]).toEqual([false, ['name']]);
    // What comes to mind meanwhile is saved as well.
    type('Scale up');
    void edits.save();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await saved).toBe('kept');
    expect(outbox.pending).toMatchObject([{ change: { parts: { name: { value: 'Scale up' } } } }]);
    expect(sent).toEqual([]);
    edits.destroy();
    outbox.close();
  } finally {
    vi.useRealTimers();
  }
});

test('[UX-4] what was typed when the session ended is back, on the version that was on screen', async () => {
  const made = () => {
    const { outbox, sent } = testOutbox(() => ({ is: 'answer', answer: { seq: 6, refused: [] } }));
    const edits = new RecordEdits<Plan & { 'caps.daily': number }, 'name' | 'caps.daily'>({
      subject: 'package:p',
      specs: [
        { key: 'name', kind: 'text' },
        { key: 'caps.daily', kind: 'limit', off: 'unlimited' }
      ],
      read: (record, key) => record[key],
      judge: () => null,
      words: () => null,
      outbox
    });
    return { edits, sent, outbox };
  };
  const before = made();
  before.edits.follow({ name: 'Growth', seq: 3, 'caps.daily': 10 });
  expect(before.edits.draft()).toBeNull();
  before.edits.values.type('name', 'Scale ');
  before.edits.changed('name');
  before.edits.values.type('caps.daily', { on: true, unlimited: false, text: '1,0' });
  before.edits.changed('caps.daily');
  const draft = structuredClone(before.edits.draft())!;

  const { edits, sent, outbox } = made();
  edits.restore(draft);
  edits.follow({ name: 'Tom was here', seq: 5, 'caps.daily': 10 });
  expect([edits.values.texts['name'], edits.values.limits['caps.daily']?.text]).toEqual(['Scale ', '1,0']);
  expect(edits.dirty).toEqual(['name', 'caps.daily']);
  edits.values.type('caps.daily', { on: true, unlimited: false, text: '20' });
  await edits.save();
  expect(sent).toMatchObject([{ input: { seen: 3, name: 'Scale' } }]);
  for (const each of [before, { edits, outbox }]) {
    each.edits.destroy();
    each.outbox.close();
  }
});
