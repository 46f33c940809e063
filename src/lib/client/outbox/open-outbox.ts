import { v4 as uuid } from 'uuid';
import { pageIdentity } from '../api/api';
import { contact } from '../api/contact';
import { channelOf } from './channel';
import { IndexedDbStore } from './indexeddb-store';
import { Outbox } from './outbox.svelte';
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
  const send = sendOverHttp(pageIdentity.handsOf(personId));
  const outbox: Outbox = new Outbox({
    store: new SpillingStore(
      new IndexedDbStore(personId, sealWith(deviceKeys)),
      (spilled) => (outbox.volatile = spilled)
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
