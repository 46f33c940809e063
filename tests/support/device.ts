import type { Page } from 'playwright-core';
import { AT_LAST_MS } from './at-last';
import { until } from './replica';

/** Data of the console that a browser holds. */
export type DeviceContents = { databases: string[]; caches: Record<string, string[]>; pointers: string[] };

/**
 * Result of what the page works on, within a time: a promise of the browser that is never kept would only say that
 * the test took too long.
 */
async function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer in ${AT_LAST_MS} ms`)), AT_LAST_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Resolves when the app is on this device and answers its pages. @throws with the states of its worker */
export async function keptOnDevice(page: Page): Promise<void> {
  const kept = page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
  });
  try {
    await within('the app is kept on the device', kept);
  } catch (error) {
    const states = await within('the states of its worker', workerStates(page)).catch(String);
    throw new Error(`${String(error)}; ${states}`, { cause: error });
  }
}

/**
 * Resolves when the page may go, as the browser asks it before it closes or reloads one: what its author changed is on
 * the device. Playwright does not ask.
 */
export async function mayLeave(page: Page): Promise<void> {
  const may = () => page.evaluate(() => dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await until(may, 'the page says that it may go');
}

function workerStates(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found = await navigator.serviceWorker.getRegistration();
    const { installing, waiting, active } = found ?? {};
    const states = { installing, waiting, active, controller: navigator.serviceWorker.controller };
    const told = Object.entries(states).map(([name, worker]) => `${name}: ${worker?.state ?? 'none'}`);
    return [found ? 'registered' : 'not registered', ...told, `caches: ${(await caches.keys()).length}`].join(
      ', '
    );
  });
}

export function deviceContents(page: Page): Promise<DeviceContents> {
  const contents = page.evaluate(async () => {
    const held: Record<string, string[]> = {};
    for (const name of await caches.keys())
      held[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
    return {
      databases: (await indexedDB.databases()).map(({ name }) => name ?? '').sort(),
      caches: held,
      pointers: Object.keys(localStorage).sort()
    };
  });
  return within('what the device holds', contents);
}

/** Bytes of an update that says nothing: one is written as soon as a document is opened, before anything is in it. */
const SAYS_NOTHING = 2;

/**
 * True when a document opens without a connection, and says of when it is: both are written once it is there, maybe
 * after it is shown.
 */
export function holdsDocument(page: Page, document: string): Promise<boolean> {
  const held = page.evaluate(
    async ([prefix, saysNothing]) => {
      const answer = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      for (const { name = '' } of await indexedDB.databases()) {
        if (!name.startsWith(prefix)) continue;
        const database = await answer(indexedDB.open(name));
        const stores = ['updates', 'custom'].filter((store) => database.objectStoreNames.contains(store));
        const [updates = [], contacts = []] = await Promise.all(
          stores.map((store) => answer(database.transaction(store).objectStore(store).getAll()))
        );
        database.close();
        if (contacts.length > 0 && updates.some(({ byteLength }) => byteLength > saysNothing)) return true;
      }
      return false;
    },
    [`rolecall:${document}@`, SAYS_NOTHING] as const
  );
  return within(`whether ${document} is kept`, held);
}

/** True when the page of an administrator opens without a connection: it is written after it is shown. */
export function holdsPerson(page: Page, id: string): Promise<boolean> {
  return holds(page, 'people', id, 'whom the device remembers');
}

/** True when the settings are there without a connection: they are written after they are shown. */
export function holdsSettings(page: Page): Promise<boolean> {
  return holds(page, 'said', 'settings', 'the settings that the device remembers');
}

/** True when the feed is there without a connection: it is written once a burst of entries is over. */
export function holdsFeed(page: Page): Promise<boolean> {
  return holds(page, 'said', 'feed', 'what happened, as the device remembers it');
}

function holds(page: Page, store: string, key: string, what: string): Promise<boolean> {
  const held = page.evaluate(
    async ([of, sought]) => {
      const answer = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      for (const { name = '' } of await indexedDB.databases()) {
        const database = await answer(indexedDB.open(name));
        const known = database.objectStoreNames.contains(of)
          ? await answer(database.transaction(of).objectStore(of).count(sought))
          : 0;
        database.close();
        if (known > 0) return true;
      }
      return false;
    },
    [store, key] as const
  );
  return within(what, held);
}

/** Every word that this origin's databases and caches hold, as one text to search in. */
export function deviceText(page: Page): Promise<string> {
  const text = page.evaluate(async () => {
    const words: string[] = [JSON.stringify(localStorage)];
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const plain = (value: unknown) =>
      JSON.stringify(value, (_key, part: unknown) =>
        part instanceof Uint8Array ? new TextDecoder().decode(part) : part
      );
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await read(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const rows = await read(database.transaction(store).objectStore(store).getAll());
        words.push(plain(rows));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        if (/\.(?:js|css|woff2|png)$/.test(request.url) || !response) continue;
        words.push(await response.text());
      }
    }
    return words.join('\n');
  });
  return within('every word on the device', text);
}
