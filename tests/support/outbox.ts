import { browserClock } from '../../src/lib/client/outbox/browser-clock';
import { MemoryStore } from '../../src/lib/client/outbox/memory-store';
import { Outbox } from '../../src/lib/client/outbox/outbox.svelte';
import type { OutboxStore } from '../../src/lib/client/outbox/store';
import type { Sent, Transport } from '../../src/lib/client/outbox/transport';

/** Request that a server got. */
export type SentRequest = { procedure: string; input: Record<string, unknown> };

/** An outbox over a server that a test makes up. */
export function testOutbox(
  answer: (asked: SentRequest) => Sent | Promise<Sent>,
  {
    online = true,
    store = new MemoryStore(),
    mayTry
  }: {
    online?: boolean;
    store?: OutboxStore;
    /** Test of the network, in place of the one that `connect` changes. */ mayTry?: () => boolean;
  } = {}
) {
  const sent: SentRequest[] = [];
  let ops = 0;
  let questions = 0;
  const state = { online };
  const send: Transport = async ({ procedure, input }) => {
    const asked = { procedure, input: { ...input } };
    sent.push(asked);
    return answer(asked);
  };
  const outbox = new Outbox({
    store,
    send,
    alone: (work) => work(),
    channel: { announce: () => undefined, onheard: () => () => undefined },
    clock: browserClock,
    random: () => 0.5,
    newOp: () => `op-${ops++}`,
    mayTry: mayTry ?? (() => state.online),
    askPassword: async () => {
      questions++;
      return false;
    }
  });
  return {
    outbox,
    sent,
    /** Number of times its author was asked for the password, which they never gave. */
    questions: () => questions,
    /** The connection is back. */
    connect() {
      state.online = true;
      outbox.retryNow();
    }
  };
}
