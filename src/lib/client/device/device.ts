import { parseDatabaseName, type DeviceDatabase } from './device-names';
import { clearPointer, nextGeneration } from './device-pointer';

/** News that tabs of this browser tell each other about the device they share. */
export type DeviceNews =
  /** The session is over, or somebody signed out: leave at once. */
  | { kind: 'over' }
  /** These databases are being deleted. */
  | { kind: 'deleted'; names: readonly string[] };

/** Databases that a device keeps so that pages open: not the edits that wait. */
type Kept = Exclude<DeviceDatabase, { kind: 'outbox' }>;

const CHANNEL = 'rolecall:device';

/** Hears what other tabs do to the device; call the result to stop. */
export function onDeviceNews(listener: (news: DeviceNews) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<DeviceNews>) => listener(data);
  return () => channel.close();
}

/**
 * The session is over, or another person is here: all documents and all that was remembered of anybody leave the
 * device. Edits that wait stay: they belong to their authors until they sign in again (LIV-4).
 */
export async function wipeDocuments(options: { except?: string } = {}): Promise<void> {
  if (options.except === undefined) clearPointer();
  nextGenerationUnless(options.except);
  await deleteDatabases(
    (database) => database === 'stale' || (database.kind !== 'outbox' && database.personId !== options.except)
  );
  await dropEmptyOutboxes(options.except);
}

/** An outbox in which nothing waits would only say who was here. */
async function dropEmptyOutboxes(except: string | undefined): Promise<void> {
  for (const name of await databaseNames()) {
    const database = parseDatabaseName(name);
    if (database === null || database === 'stale' || database.kind !== 'outbox') continue;
    if (database.personId !== except && (await isEmpty(name))) await deleteDatabase(name);
  }
}

function isEmpty(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.onerror = () => resolve(false);
    request.onsuccess = () => {
      const database = request.result;
      const end = (empty: boolean) => {
        database.close();
        resolve(empty);
      };
      const [store] = database.objectStoreNames;
      if (store === undefined) return end(true);
      const count = database.transaction(store).objectStore(store).count();
      count.onsuccess = () => end(count.result === 0);
      count.onerror = () => end(false);
    };
  });
}

/**
 * Somebody signs out: nothing of theirs stays, edits that wait included (LIV-9). What others left here to be sent
 * is theirs to send or to give up.
 */
export async function wipeDevice(personId: string): Promise<void> {
  clearPointer();
  nextGeneration();
  await deleteDatabases(
    (database) => database === 'stale' || database.kind !== 'outbox' || database.personId === personId
  );
}

/** Takes off the device what is over, whether it is open or not. Never edits that wait. */
export function wipeSome(isOver: (database: Kept) => boolean): Promise<void> {
  return deleteDatabases(
    (database) => database === 'stale' || (database.kind !== 'outbox' && isOver(database))
  );
}

/** Tells the other tabs that nobody is signed in here any more. */
export function announceOver(): void {
  announce({ kind: 'over' });
}

/** Deletes one database; resolves when it is gone, or when another tab still has to let go of it. */
export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    // Blocked: it is deleted when that tab lets go, and looked for again at the next contact.
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

async function deleteDatabases(isOver: (database: DeviceDatabase | 'stale') => boolean): Promise<void> {
  const names = (await databaseNames()).filter((name) => {
    const database = parseDatabaseName(name);
    return database !== null && isOver(database);
  });
  if (names.length === 0) return;
  announce({ kind: 'deleted', names });
  await Promise.all(names.map(deleteDatabase));
}

async function databaseNames(): Promise<string[]> {
  const databases = (await indexedDB.databases?.().catch(() => [])) ?? [];
  return databases.map(({ name }) => name ?? '');
}

function nextGenerationUnless(kept: string | undefined): void {
  // Somebody's own documents are named by the generation: while they stay, it does.
  if (kept === undefined) nextGeneration();
}

function announce(news: DeviceNews): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(news);
  channel.close();
}
