import { ACTING_AS, readActingAs, type ActingAs } from '$lib/protocol/acting-as';
import { databaseName } from '../device/device-names';
import { SYNC_TAG } from '../outbox/background-sync';
import { browserClock } from '../outbox/browser-clock';
import { channelOf } from '../outbox/channel';
import { IndexedDbStore } from '../outbox/indexeddb-store';
import { oneSender } from '../outbox/one-sender';
import { sealWith } from '../outbox/seal';
import { Sender } from '../outbox/sender';
import { sendOverHttp } from '../outbox/transport';
import type { WorkerScope } from './scope';

const ANSWER_MS = 15_000;

/** Sends what waits when the browser says that the connection is back, with or without a page (LIV-4). */
export function sendInBackground(scope: WorkerScope): void {
  scope.addEventListener('sync', (event) => {
    if (event.tag === SYNC_TAG) event.waitUntil(sendAll());
  });
}

/** Session that this browser holds, and the keys to what its person left here. */
type Here = { as: ActingAs; deviceKeys: readonly string[] };

async function sendAll(): Promise<void> {
  // Whoever is here, not whoever was: nobody else's edits can be opened, or sent.
  const here = await whoIsHere();
  if (!here) return;
  const outbox = databaseName({ kind: 'outbox', personId: here.as.personId });
  const databases = await indexedDB.databases();
  if (databases.some(({ name }) => name === outbox)) await sendFor(here);
}

/** Null: nobody, or a step of their sign-in is left. @throws without an answer: the browser tries again later */
async function whoIsHere(): Promise<Here | null> {
  const response = await fetch('/trpc/me.get', { signal: AbortSignal.timeout(ANSWER_MS) });
  if (response.status >= 500) throw new Error('the server is not itself');
  const as = readActingAs(response.headers.get(ACTING_AS) ?? '');
  const { result } = (await response.json()) as { result?: { data: { deviceKeys: string[] } } };
  return as && result ? { as, deviceKeys: result.data.deviceKeys } : null;
}

async function sendFor({ as, deviceKeys }: Here): Promise<void> {
  const { personId } = as;
  let session: ActingAs | null = as;
  const seal = sealWith(deviceKeys);
  const store = new IndexedDbStore(personId, () => seal);
  const channel = channelOf(personId);
  let waits = false;
  const sender = new Sender({
    store,
    send: sendOverHttp({
      now: () => Promise.resolve(session),
      async again() {
        const here = await whoIsHere();
        return (session = here?.as.personId === personId ? here.as : null);
      }
    }),
    alone: oneSender(personId),
    clock: browserClock,
    random: Math.random,
    mayTry: () => true,
    onrecords: () => channel.announce(),
    onstate: (state) => (waits = state === 'waiting')
  });
  await sender.drain();
  sender.stop();
  store.close();
  channel.close();
  // The browser tries again later, with pauses of its own.
  if (waits) throw new Error('edits wait for a connection');
}
