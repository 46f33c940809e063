import { v4 as uuid } from 'uuid';
import { pageIdentity } from '../api/api';
import { contact } from '../api/contact';
import { channelOf } from './channel';
import { IndexedDbStore } from './indexeddb-store';
import { Outbox } from './outbox.svelte';
import { askPassword } from './ask-password.svelte';
import { askForBackgroundSync } from './background-sync';
import { inGoodTime } from './in-good-time';
import { MemoryStore } from './memory-store';
import { oneSender } from './one-sender';
import { sealLost } from './seal-lost';
import { SpillingStore } from './spilling-store';
import { sendOverHttp } from './transport';
import { browserClock } from './browser-clock';

/** The seal, which comes beside what the server is asked first: what one changes is shown before it is kept. */
const sealing = inGoodTime(() => import('./seal'), sealLost);
void sealing().catch(() => undefined);

/** Opens the outbox of the person who is signed in, in this page. */
export function openOutbox({
  personId,
  deviceKeys
}: {
  personId: string;
  deviceKeys: readonly string[];
}): Outbox {
  const send = sendOverHttp(pageIdentity.handsOf(personId));
  const outbox: Outbox = new Outbox({
    store: new SpillingStore(
      new IndexedDbStore(personId, async () => (await sealing()).sealWith(deviceKeys)),
      (spilled) => (outbox.volatile = spilled),
      (unread) => (outbox.unread = unread)
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
    mayTry: () => navigator.onLine,
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
    mayTry: () => navigator.onLine,
    askPassword,
    onwaiting: () => undefined
  });
}
