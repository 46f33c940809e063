import type { Page } from 'playwright-core';
import { databaseName } from '../../src/lib/client/device/device-names';
import type { OutboxRecord } from '../../src/lib/client/outbox/record';
import { sealWith } from '../../src/lib/client/outbox/seal';

/**
 * Changes of somebody that a browser really holds: committed transactions of IndexedDB, opened with the person's
 * keys.
 */
export async function readDeviceOutbox(
  page: Page,
  personId: string,
  deviceKeys: readonly string[]
): Promise<OutboxRecord[]> {
  const sealed = await page.evaluate(
    async (name) => {
      const answer = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const names = (await indexedDB.databases()).map((database) => database.name);
      if (!names.includes(name)) return [];
      const database = await answer(indexedDB.open(name));
      try {
        if (!database.objectStoreNames.contains('records')) return [];
        const store = database.transaction('records').objectStore('records');
        return (await answer(store.getAll() as IDBRequest<Uint8Array[]>)).map((bytes) => [...bytes]);
      } finally {
        database.close();
      }
    },
    databaseName({ kind: 'outbox', personId })
  );
  const seal = sealWith(deviceKeys);
  return sealed.map((bytes) => {
    const opened = seal.open(Uint8Array.from(bytes));
    if (!opened) throw new Error('the device holds a change that no key of its person opens');
    return opened.value as OutboxRecord;
  });
}
