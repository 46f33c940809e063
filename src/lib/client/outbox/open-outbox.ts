import { createSubscriber } from 'svelte/reactivity';
import { v4 as uuid } from 'uuid';
import { pageIdentity } from '../api/api';
import { contact } from '../api/contact';
import { channelOf } from './channel';
import { deviceSeal } from './device-seal';
import { IndexedDbStore } from './indexeddb-store';
import { Outbox } from './outbox.svelte';
import { askPassword } from './ask-password.svelte';
import { askForBackgroundSync } from './background-sync';
import { MemoryStore } from './memory-store';
import { oneSender } from './one-sender';
import { SpillingStore } from './spilling-store';
import { sendOverHttp } from './transport';
import { browserClock } from './browser-clock';

const followNetwork = createSubscriber((update) => {
  for (const event of ['online', 'offline']) addEventListener(event, update);
  return () => {
    for (const event of ['online', 'offline']) removeEventListener(event, update);
  };
});

/** True unless the device says that there is no network; followed by whoever shows it. */
function hasNetwork(): boolean {
  followNetwork();
  return navigator.onLine;
}

/**
 * Opens the outbox of the person who is signed in, in this page.
 * @param deviceKeys asked again and again: the server tells of newer keys while the page is open
 */
export function openOutbox(personId: string, deviceKeys: () => readonly string[]): Outbox {
  const send = sendOverHttp(pageIdentity.handsOf(personId));
  const outbox: Outbox = new Outbox({
    store: new SpillingStore(
      new IndexedDbStore(personId, deviceSeal(deviceKeys)),
      (spilled) => (outbox.volatile = spilled),
      (unread) => (outbox.unread = unread),
      (unopened) => (outbox.unopened = unopened)
    ),
    send: async (request) => {
      const sent = await send(request);
      if (sent.is === 'lost') contact.fault('The last edit didn’t reach the server.');
      return sent;
    },
    alone: oneSender(personId),
    channel: channelOf(personId),
    clock: browserClock,
    random: Math.random,
    newOp: uuid,
    mayTry: hasNetwork,
    askPassword,
    onwaiting: askForBackgroundSync
  });
  return outbox;
}

/**
 * The same of somebody of staff who is in a user's place: what they change is sent or lost, and nothing of it is on
 * the device, neither under the user's name nor under their own.
 */
export function openVisitOutbox(personId: string): Outbox {
  return new Outbox({
    store: new MemoryStore(),
    send: sendOverHttp(pageIdentity.handsOf(personId)),
    alone: (work) => work(),
    channel: { announce: () => undefined, onheard: () => () => undefined },
    clock: browserClock,
    random: Math.random,
    newOp: uuid,
    mayTry: hasNetwork,
    askPassword,
    onwaiting: () => undefined
  });
}
