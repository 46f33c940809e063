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
