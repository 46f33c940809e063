import { expect, test, vi } from 'vitest';
import { testOutbox } from '../../../../tests/support/outbox';
import { AccountProfile } from '$lib/features/account/account-profile.svelte';
import type { Me } from '../api/who-am-i';

const OLD = { is: 'refused', refusal: { code: 'auth/reauthenticate' } } as const;
const person = 'person:7b0f4b5e-6c53-4a86-9b0c-1d6d0f6a2b11' as const;
const fieldChange = { key: 'email', value: 'new@x.example', committed: 'old@x.example', seen: 3 };

test('[AUT-4] a password that is not given: nothing of a command or an edit is left, and nobody is asked again', async () => {
  const { outbox, sent, questions } = testOutbox(() => OLD);
  expect(
    await outbox.run({
      procedure: 'administrators.suspend',
      subject: person,
      label: 'Ana',
      input: { id: 'x' }
    })
  ).toEqual({ state: 'refused', refusal: { code: 'auth/reauthenticate' } });
  expect(await outbox.save(person, 'Ana', [fieldChange])).toBe('given-up');
  await outbox.written();
  expect(outbox.records).toEqual([]);
  expect([sent.length, questions()]).toEqual([2, 2]);
});

test('[AUT-4] what was typed is in its field again', async () => {
  const { outbox } = testOutbox(() => OLD);
  const session = {
    me: { name: 'Lena', email: 'lena@x.example', seq: 3 } as Me,
    refresh: () => Promise.resolve()
  };
  const own = new AccountProfile({ session, outbox });
  own.type('email', 'vogel@x.example');
  expect(await own.save()).toBe('given-up');
  expect([own.value('email'), own.changed, own.pending]).toEqual(['vogel@x.example', true, 0]);
});

test('[AUT-4] [LIV-4] an edit made without a connection is kept with what it needs, and asks for nothing by itself', async () => {
  vi.useFakeTimers();
  try {
    const { outbox, questions, connect } = testOutbox(() => OLD, { online: false });
    const saved = outbox.save(person, 'Ana', [fieldChange]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await saved).toBe('kept');
    connect();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(outbox.awaitingPassword).toHaveLength(1);
    expect(questions()).toBe(0);

    // Another value of the same field, given up: the one from before waits again.
    expect(await outbox.save(person, 'Ana', [{ ...fieldChange, value: 'newest@x.example' }])).toBe(
      'given-up'
    );
    await vi.advanceTimersByTimeAsync(5_000);
    expect(questions()).toBe(1);
    expect(outbox.awaitingPassword.map(({ change }) => change)).toMatchObject([
      { parts: { email: { value: 'new@x.example' } } }
    ]);
  } finally {
    vi.useRealTimers();
  }
});
