import { expect, test, vi } from 'vitest';
import type { RefusedPart } from '$lib/core/roles/roles';
import { testOutbox, type SentRequest } from '../../../../tests/support/outbox';
import { AccountProfile } from './account-profile.svelte';
import type { Me } from '$lib/client/api/who-am-i';

function profile(say: (asked: SentRequest) => RefusedPart[] = () => [], options: { online?: boolean } = {}) {
  const world = testOutbox((asked) => ({ is: 'answer', answer: { seq: 4, refused: say(asked) } }), options);
  const session = {
    me: { name: 'Lena Vogel', email: 'lena@x.example', seq: 3 } as Me,
    refresh: () => Promise.resolve()
  };
  return { ...world, session, profile: new AccountProfile({ session, outbox: world.outbox }) };
}

test('[AUT-3] sends what was changed, tidy, and shows it until it is in force', async () => {
  const { profile: own, sent, session, outbox } = profile();
  own.type('name', '  Lena  Vogel-Brandt ');
  own.type('email', 'lena@x.example ');
  expect(await own.save()).toBe('landed');
  expect(sent).toMatchObject([{ procedure: 'me.update', input: { seen: 3, name: 'Lena Vogel-Brandt' } }]);
  expect(sent[0]!.input).not.toHaveProperty('email');
  expect([own.value('name'), own.changed]).toEqual(['Lena Vogel-Brandt', false]);
  session.me = { ...session.me, name: 'Lena Vogel-Brandt', seq: 4 };
  own.follow();
  expect(outbox.records).toEqual([]);
});

test('[UX-4] what cannot be saved is told at its field once it was tried', async () => {
  const { profile: own, sent } = profile();
  own.type('email', 'lena');
  expect(own.problem('email')).toBeNull();
  expect(await own.save()).toBe('wrong');
  expect(own.problem('email')).not.toBeNull();
  expect(sent).toEqual([]);
});

test('[UX-4] an address that is taken comes back into its field, with the words', async () => {
  const { profile: own, outbox } = profile(() => [
    { code: 'input/taken', field: 'email', looksLike: 'maya@x.example' }
  ]);
  own.type('email', 'MAYA@x.example');
  expect(await own.save()).toBe('wrong');
  expect(own.value('email')).toBe('MAYA@x.example');
  expect(own.problem('email')).toBe('This address is taken. Another account already uses it.');
  expect(own.refused).toEqual([]);
  own.type('email', 'lena2@x.example');
  expect([own.problem('email'), outbox.refused]).toEqual([null, []]);
});

test('[LIV-7] a name changed on both sides shows both values; one’s own is used knowingly', async () => {
  const {
    profile: own,
    sent,
    outbox
  } = profile(({ input }) =>
    input['seen'] === 3
      ? [
          {
            ...{ code: 'conflict/changed-since', field: 'name', yours: 'Mine', theirs: 'Theirs' },
            ...{ by: 'Tom', at: '2026-11-22T00:00:00.000Z', version: 4 }
          } as const
        ]
      : []
  );
  own.type('name', 'Mine');
  expect(await own.save()).toBe('refused');
  expect(own.refused).toMatchObject([{ stage: { reason: { theirs: 'Theirs' } } }]);
  outbox.askAgain(own.refused[0]!.n);
  await vi.waitFor(() => expect(sent[1]?.input).toMatchObject({ seen: 4, name: 'Mine' }), 20_000);
});

test('[LIV-4] without a connection it is kept and shown', async () => {
  vi.useFakeTimers();
  try {
    const { profile: own, sent, connect } = profile(() => [], { online: false });
    own.type('name', 'Lena Brandt');
    const saved = own.save();
    await vi.advanceTimersByTimeAsync(1);
    expect(own.saving).toBe(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await saved).toBe('kept');
    expect([own.value('name'), own.pending, sent]).toEqual(['Lena Brandt', 1, []]);
    connect();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toMatchObject([{ input: { name: 'Lena Brandt' } }]);
    expect(own.pending).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('[UX-4] what was refused before the page was opened comes back into its field', async () => {
  const {
    profile: own,
    session,
    outbox
  } = profile(() => [{ code: 'input/taken', field: 'email', looksLike: 'maya@x.example' }]);
  own.type('email', 'maya@x.example');
  await own.save();
  own.destroy();
  const later = new AccountProfile({ session, outbox });
  expect(later.value('email')).toBe('maya@x.example');
  expect([later.changed, later.problem('email')]).toEqual([
    true,
    'This address is taken. Another account already uses it.'
  ]);
});

test('[UX-4] of two fields that were refused together both come back, with the words at the one that is meant', async () => {
  const refusal = { code: 'input/invalid', field: 'email', message: 'No such address.' } as const;
  const { outbox } = testOutbox(() => ({ is: 'refused', refusal }));
  const session = {
    me: { name: 'Lena', email: 'lena@x.example', seq: 3 } as Me,
    refresh: () => Promise.resolve()
  };
  const own = new AccountProfile({ session, outbox });
  own.type('name', 'Lena B');
  own.type('email', 'lena@y.example');
  expect(await own.save()).toBe('wrong');
  expect([own.value('name'), own.value('email')]).toEqual(['Lena B', 'lena@y.example']);
  expect([own.problem('name'), own.problem('email')]).toEqual([null, 'No such address.']);
});

test('[UX-4] what was typed when the session ended is back, on the version that was on screen', async () => {
  const { profile: before } = profile();
  expect(before.draft()).toBeNull();
  before.type('name', 'Lena Vogel-Brandt');
  const draft = structuredClone(before.draft())!;

  const { profile: own, sent, session } = profile();
  session.me = { ...session.me, email: 'new@x.example', seq: 5 };
  own.restore(draft);
  expect([own.value('name'), own.value('email')]).toEqual(['Lena Vogel-Brandt', 'new@x.example']);
  await own.save();
  expect(sent).toMatchObject([{ input: { seen: 3, name: 'Lena Vogel-Brandt' } }]);
});
