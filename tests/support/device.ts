import type { Page } from 'playwright-core';

/** What a browser holds of the console. */
export type DeviceContents = { databases: string[]; caches: Record<string, string[]>; pointers: string[] };

/** Resolves when the app is on this device and answers its pages. */
export async function keptOnDevice(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

export function deviceContents(page: Page): Promise<DeviceContents> {
  return page.evaluate(async () => {
    const held: Record<string, string[]> = {};
    for (const name of await caches.keys())
      held[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
    return {
      databases: (await indexedDB.databases()).map(({ name }) => name ?? '').sort(),
      caches: held,
      pointers: Object.keys(localStorage).sort()
    };
  });
}

/** Every word that this origin's databases and caches hold, as one text to search in. */
export function deviceText(page: Page): Promise<string> {
  return page.evaluate(async () => {
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
}
