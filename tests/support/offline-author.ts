import { randomUUID } from 'node:crypto';
import { MemoryStore } from '../../src/lib/client/outbox/memory-store';
import type { Subject } from '../../src/lib/client/outbox/record';
import { Sender, type Clock } from '../../src/lib/client/outbox/sender';
import { addEdit, type FieldChange } from '../../src/lib/client/outbox/steps/edits';
import type { Transport } from '../../src/lib/client/outbox/transport';
import type { ApiClient } from './api-client';

/** Somebody who edits without a connection, with the outbox's own steps and sender. */
export type OfflineAuthor = {
  /** One gesture. */
  edit(subject: Subject, changes: readonly FieldChange[]): Promise<void>;
  /** The connection is back: sends until nothing waits. */
  send(): Promise<{ requests: number; ms: number }>;
  /** Number of changes that were not committed. */
  left(): Promise<number>;
};

const clock: Clock = {
  now: Date.now,
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  }
};

export function offlineAuthor(client: ApiClient): OfflineAuthor {
  const store = new MemoryStore();
  let requests = 0;
  const send = transportOf(client);
  const sender = new Sender({
    store,
    send(request) {
      requests += 1;
      return send(request);
    },
    alone: (work) => work(),
    clock,
    random: Math.random,
    mayTry: () => true,
    onrecords: () => undefined,
    onstate: () => undefined
  });
  return {
    async edit(subject, changes) {
      const ops = Array.from({ length: 2 }, () => randomUUID());
      const at = clock.now();
      await store.update(addEdit({ subject, label: 'Offline', at, changes, op: (index) => ops[index]! }));
    },
    async send() {
      const began = performance.now();
      await sender.drain();
      return { requests, ms: performance.now() - began };
    },
    async left() {
      return (await store.read()).filter(({ stage }) => stage.is !== 'landed').length;
    }
  };
}

/** The pages' transport is relative to a page; this one has the cookie and the Origin of a client instead. */
function transportOf(client: ApiClient): Transport {
  return async ({ procedure, input }) => {
    const { value, refusal, status } = await client
      .try(procedure, input)
      .catch(() => ({ value: undefined, refusal: null, status: 0 }));
    if (value !== undefined) return { is: 'answer', answer: value };
    if (refusal) return { is: 'refused', refusal };
    if (status === 0 || status >= 500) return { is: 'lost' };
    throw new Error(`${procedure}: ${status}`);
  };
}
