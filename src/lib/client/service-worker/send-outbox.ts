import { DeviceMemory } from '../device-memory';
import { parseDatabaseName } from '../device-names';
import { SYNC_TAG } from '../outbox/background-sync';
import { browserClock } from '../outbox/browser-clock';
import { channelOf } from '../outbox/channel';
import { IndexedDbStore } from '../outbox/indexeddb-store';
import { oneSender } from '../outbox/one-sender';
import { sealWith } from '../outbox/seal';
import { Sender } from '../outbox/sender';
import { sendOverHttp } from '../outbox/transport';
import type { WorkerScope } from './scope';

/** Sends what waits when the browser says that the connection is back, with or without a page (LIV-4). */
export function sendInBackground(scope: WorkerScope): void {
  scope.addEventListener('sync', (event) => {
    if (event.tag === SYNC_TAG) event.waitUntil(sendAll());
  });
}

async function sendAll(): Promise<void> {
  for (const { name = '' } of await indexedDB.databases()) {
    const database = parseDatabaseName(name);
    // Whose memory is on the device is who is signed in here: nobody else's edits can be opened, or sent.
    if (database !== null && database !== 'stale' && database.kind === 'memory')
      await sendFor(database.personId);
  }
}

async function sendFor(personId: string): Promise<void> {
  const memory = new DeviceMemory(personId);
  const me = await memory.me();
  await memory.close();
  if (!me) return;
  const store = new IndexedDbStore(personId, sealWith(me.value.deviceKeys));
  const channel = channelOf(personId);
  let waits = false;
  const sender = new Sender({
    store,
    send: sendOverHttp,
    alone: oneSender(personId),
    clock: browserClock,
    random: Math.random,
    mayTry: () => true,
    onrecords: () => channel.tell(),
    onstate: (state) => (waits = state === 'waiting')
  });
  await sender.drain();
  sender.stop();
  store.close();
  channel.close();
  // The browser tries again later, with pauses of its own.
  if (waits) throw new Error('edits wait for a connection');
}
