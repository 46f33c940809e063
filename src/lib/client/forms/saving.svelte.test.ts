import { expect, test, vi } from 'vitest';
import { testOutbox } from '../../../../tests/support/outbox';
import { Saving } from './saving.svelte';

const change = [{ key: 'name', value: 'M', committed: 'Maya', seen: 3 }];

test('[LIV-4] somebody waits at a button while the server is asked, and not while the change waits for a connection', async () => {
  vi.useFakeTimers();
  try {
    let answer = () => undefined as void;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const { outbox, connect } = testOutbox(
      async () => {
        await answered;
        return { is: 'answer', answer: { seq: 4, refused: [] } };
      },
      { online: false }
    );
    const saving = new Saving(outbox);
    const outcome = saving.while(() => outbox.save('profile', 'Your profile', change));
    await vi.advanceTimersByTimeAsync(1);
    expect(saving.now).toBe(false);
    connect();
    await vi.advanceTimersByTimeAsync(1000);
    expect(saving.now).toBe(true);
    answer();
    await vi.advanceTimersByTimeAsync(10);
    expect([await outcome, saving.now]).toEqual(['landed', false]);
    outbox.close();
  } finally {
    vi.useRealTimers();
  }
});
