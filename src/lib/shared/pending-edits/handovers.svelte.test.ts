import { expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import type { Session } from '$lib/client/session/session.svelte';
import { testOutbox } from '../../../../tests/support/outbox';
import { Handovers, type Handover } from './handovers.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: { roles: { get: { query: vi.fn() } } },
  pageIdentity: { handsOf: () => ({}) },
  isConnectionFault: () => true,
  refusalOf: () => null
}));

test('[LIV-8] a failed question about the present does not forget the one that was asked since', async () => {
  const ask = vi.mocked(api.roles.get.query as unknown as () => Promise<unknown>);
  let fail = (_: Error) => {};
  ask.mockReturnValueOnce(new Promise((_, reject) => (fail = reject)));
  ask.mockResolvedValue({ name: 'Support', permissions: [], seq: 7 });
  const { outbox } = testOutbox(() => ({ is: 'lost' }));
  const handovers = new Handovers({ me: { id: 'me' }, outbox } as unknown as Session);
  const handover = { subject: { type: 'role', id: 'r1' } } as Handover;

  const before = handovers.present(handover);
  const since = handovers.presentNow(handover);
  fail(new Error('lost'));
  await expect(before).rejects.toThrow('lost');
  expect((await since).seq).toBe(7);
  expect(handovers.present(handover)).toBe(since);
});
