import { expect, test, vi } from 'vitest';
import { partOf } from '$lib/protocol/operation-part';
import { testOutbox } from '../../../../../tests/support/outbox';
import { api } from '$lib/client/api/api';
import { bulkAction } from './bulk-action';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';

type Bulk = typeof api.administrators.bulk.mutate;

vi.mock('$lib/client/api/api', () => ({
  api: { administrators: { bulk: { mutate: vi.fn() } } },
  isConnectionFault: () => true,
  refusalOf: () => null
}));

const mutate = vi.mocked(api.administrators.bulk.mutate as Bulk);
const people = Array.from({ length: 60 }, (_, n) => {
  return {
    id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    name: `P${n}`,
    roleId: 'support',
    seq: n
  };
}) as unknown as PersonEntry[];

test('[LIV-4] who was left without an answer is kept with the operation that was asked for, nobody else', async () => {
  vi.useFakeTimers();
  try {
    mutate
      .mockReset()
      .mockImplementationOnce(async ({ ids }) => ({
        results: ids.map((id) => ({ id, refused: null, needsNewLink: false, link: null }))
      }))
      .mockRejectedValue('lost');
    const { outbox, sent } = testOutbox(() => ({ is: 'answer', answer: {} }));
    const run = bulkAction(people, { kind: 'suspend' });
    const ended = run.chunks.run();
    await vi.advanceTimersByTimeAsync(30_000);
    await ended;
    expect(run.chunks.status).toEqual({ state: 'interrupted' });
    const { op } = mutate.mock.calls[1]![0];
    run.keep!(outbox);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual(
      people.slice(50).map(({ id }) => {
        return { procedure: 'administrators.suspend', input: { op: partOf(op, id), id } };
      })
    );
  } finally {
    vi.useRealTimers();
  }
});

test('[LIV-4] a role for many waits as an edit of each, judged by what was on screen', async () => {
  const { outbox, sent } = testOutbox(() => ({ is: 'answer', answer: { seq: 99 } }));
  bulkAction(people.slice(3, 5), { kind: 'assignRole', roleId: 'admin' }).keep!(outbox);
  await vi.waitFor(() => expect(sent).toHaveLength(2), 20_000);
  expect(sent).toMatchObject([
    { procedure: 'administrators.update', input: { id: people[3]!.id, roleId: 'admin', seen: 3 } },
    { procedure: 'administrators.update', input: { id: people[4]!.id, roleId: 'admin', seen: 4 } }
  ]);
});
