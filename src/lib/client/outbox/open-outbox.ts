import { v4 as uuid } from 'uuid';
import { IndexedDbStore, outboxName } from './indexeddb-store';
import { Outbox, type Channel } from './outbox.svelte';
import { askPassword } from './held-password.svelte';
import { sealWith } from './seal';
import { askForBackgroundSync } from './background-sync';
import { oneSender } from './one-sender';
import { SpillingStore } from './spilling-store';
import { sendOverHttp } from './transport';
import { browserClock } from './browser-clock';

/** Opens the outbox of the person who is signed in, in this page. */
export function openOutbox({
  personId,
  deviceKeys
}: {
  personId: string;
  deviceKeys: readonly string[];
}): Outbox {
  const outbox: Outbox = new Outbox({
    store: new SpillingStore(
      new IndexedDbStore(personId, sealWith(deviceKeys)),
      (spilled) => (outbox.volatile = spilled)
    ),
    send: sendOverHttp,
    alone: oneSender(personId),
    channel: channelOf(personId),
    clock: browserClock,
    random: Math.random,
    newOp: uuid,
    mayTry: () => navigator.onLine,
    askPassword,
    onwaiting: askForBackgroundSync
  });
  return outbox;
}

function channelOf(personId: string): Channel {
  const channel = new BroadcastChannel(outboxName(personId));
  return {
    tell: () => channel.postMessage('changed'),
    onheard(call) {
      channel.onmessage = call;
      return () => channel.close();
    }
  };
}
