import { expect, test } from 'vitest';
import { browserClock } from './browser-clock';
import { Forwarder, type HandoverRequest } from './forwarder';
import { MemoryStore } from './memory-store';
import { Outbox } from './outbox.svelte';
import type { Sent } from './transport';

/** Somebody with one refused change, and a server that answers to hand-overs as it is told. */
async function withRefused(answers: Sent[]) {
  let ops = 0;
  const requests: HandoverRequest[] = [];
  const outbox = new Outbox({
    store: new MemoryStore(),
    send: async (): Promise<Sent> => ({ is: 'refused', refusal: { code: 'access/not-dominated' } }),
    alone: (work) => work(),
    channel: { announce: () => undefined, onheard: () => () => undefined },
    clock: browserClock,
    random: () => 0.5,
    newOp: () => `op-${ops++}`,
    mayTry: () => true,
    askPassword: async () => false
  });
  const fieldChange = { key: 'audience.contacts.export', value: true, committed: false, seen: 5 };
  expect(await outbox.save('role:support', 'Support', [fieldChange])).toBe('refused');
  const forwarder = new Forwarder(outbox, async (input) => {
    requests.push(input);
    return answers.shift() ?? { is: 'lost' };
  });
  return { outbox, forwarder, requests, n: outbox.refused[0]!.n };
}

const priya = { id: 'p', name: 'Priya' };

test('[LIV-8] a double click is one hand-over, and the change leaves the tray with its answer', async () => {
  const { outbox, forwarder, requests, n } = await withRefused([{ is: 'answer', answer: { id: 'h' } }]);
  const record = outbox.refused[0]!;
  const ends = await Promise.all([forwarder.begin(n, priya, 'Please'), forwarder.begin(n, priya, 'Please')]);
  expect(ends).toEqual([{ is: 'handed' }, { is: 'handed' }]);
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    to: 'p',
    note: 'Please',
    // Under which it was refused: why is the server's to say.
    refused: record.op,
    asked: { procedure: 'roles.edit', input: { id: 'support', seen: 5 } }
  });
  await outbox.written();
  expect(outbox.records).toEqual([]);
});

test('[LIV-8] a lost answer keeps the change, and the same request is asked again, to the same person', async () => {
  const { outbox, forwarder, requests, n } = await withRefused([
    { is: 'lost' },
    { is: 'refused', refusal: { code: 'busy', retryAfter: 1 } },
    { is: 'answer', answer: { id: 'h' } }
  ]);
  expect(await forwarder.begin(n, priya, '')).toEqual({ is: 'unknown' });
  expect(outbox.refused).toMatchObject([{ stage: { handing: { to: priya } } }]);
  // Choosing anew does not change what may have arrived.
  expect(await forwarder.begin(n, { id: 'q', name: 'Quentin' }, '')).toEqual({ is: 'unknown' });
  forwarder.resume();
  await expect.poll(() => outbox.records).toEqual([]);
  expect(new Set(requests.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(requests).toHaveLength(3);
});

test('[LIV-8] a refused hand-over leaves the change where it was', async () => {
  const refusal = {
    code: 'input/invalid',
    field: 'to',
    message: 'Priya can’t sign in right now.'
  } as const;
  const { outbox, forwarder, n } = await withRefused([{ is: 'refused', refusal }]);
  expect(await forwarder.begin(n, priya, '')).toEqual({ is: 'refused', refusal });
  await outbox.written();
  expect(outbox.refused.map(({ stage }) => stage)).toMatchObject([{ is: 'refused' }]);
  expect(outbox.refused[0]!.stage).not.toHaveProperty('handing');
});
