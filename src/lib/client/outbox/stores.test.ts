import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { databaseName } from '../device/device-names';
import { IndexedDbStore } from './indexeddb-store';
import { MemoryStore } from './memory-store';
import type { OutboxRecord, Records } from './record';
import { sealWith } from './seal';
import { SpillingStore } from './spilling-store';
import { addCommand } from './steps/commands';
import { discard } from './steps/refused';
import { StoreFull, StoreGone, StoreSealed, type OutboxStore } from './store';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64url');
const seal = sealWith([key(7)]);
let people = 0;
const add = (op: string) =>
  addCommand({
    procedure: 'administrators.suspend',
    input: { id: 'canary-of-the-tests' },
    subject: 'person:p',
    label: 'Priya',
    at: Date.UTC(2026, 10, 30),
    op
  });
const ops = (records: Records) => records.map((record: OutboxRecord) => record.op);

/** Tests that every store passes, whatever it is built on. */
function storeContract(name: string, open: () => OutboxStore) {
  describe(name, () => {
    test('one step sees what the one before left', async () => {
      const store = open();
      expect(await store.read()).toEqual([]);
      await Promise.all(['a', 'b', 'c'].map((op) => store.update(add(op))));
      expect(ops(await store.read())).toEqual(['a', 'b', 'c']);
      await store.update(discard(2));
      expect(ops(await store.read())).toEqual(['a', 'c']);
      store.close();
    });

    test('a step that throws changes nothing', async () => {
      const store = open();
      await store.update(add('a'));
      const broken = store.update(() => {
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      expect(ops(await store.read())).toEqual(['a']);
      store.close();
    });
  });
}

storeContract('in memory', () => new MemoryStore());
storeContract('in IndexedDB', () => new IndexedDbStore(`person-${people++}`, () => seal));
storeContract(
  'over a store that is full',
  () => new SpillingStore(new IndexedDbStore(`person-${people++}`, () => seal), () => undefined)
);

afterEach(() => vi.restoreAllMocks());

describe('[LIV-4] on the device', () => {
  test('what an earlier version kept is read as what it is called now', async () => {
    const person = `person-${people++}`;
    const kept = { n: 1, op: 'a', change: { kind: 'deed', procedure: 'administrators.suspend', input: {} } };
    const database = await openDB(databaseName({ kind: 'outbox', personId: person }), 1, {
      upgrade: (fresh) => void fresh.createObjectStore('records')
    });
    await database.put('records', seal.close(kept), 1);
    database.close();
    const store = new IndexedDbStore(person, () => seal);
    expect((await store.read()).map(({ change }) => change.kind)).toEqual(['command']);
    store.close();
  });

  test('what is kept is there again for the same person, and says nothing to anybody else', async () => {
    const person = `person-${people++}`;
    const first = new IndexedDbStore(person, () => seal);
    await first.update(add('a'));
    first.close();
    await expect(first.read()).rejects.toThrow(StoreGone);

    expect(await bytesIn(person)).not.toContain('canary-of-the-tests');
    expect(await new IndexedDbStore(person, () => sealWith([key(8)])).read()).toEqual([]);
    // A new key came and the old one still opens.
    const again = new IndexedDbStore(person, () => sealWith([key(8), key(7)]));
    expect(ops(await again.read())).toEqual(['a']);
  });

  test('what an older key closed is closed anew with the newest, and outlives the older one', async () => {
    const person = `person-${people++}`;
    const first = new IndexedDbStore(person, () => seal);
    await first.update(add('a'));
    first.close();
    const rotated = new IndexedDbStore(person, () => sealWith([key(8), key(7)]));
    await rotated.update((records) => records);
    rotated.close();
    const after = new IndexedDbStore(person, () => sealWith([key(8)]));
    expect([ops(await after.read()), after.unopened]).toEqual([['a'], false]);
    after.close();
  });

  test('what seals may come later; without it nothing is kept, and nothing lost', async () => {
    const person = `person-${people++}`;
    const later = new IndexedDbStore(
      person,
      () => new Promise((resolve) => setTimeout(() => resolve(seal), 5))
    );
    expect(ops(await later.update(add('a')))).toEqual(['a']);
    const lost = () => new IndexedDbStore(person, () => Promise.reject(new Error('the line hangs')));
    await expect(lost().update(add('b'))).rejects.toThrow(StoreSealed);
    await expect(lost().read()).rejects.toThrow(StoreSealed);
    const spilled = vi.fn();
    expect(ops(await new SpillingStore(lost(), spilled).update(add('b')))).toEqual(['b']);
    expect(spilled).toHaveBeenLastCalledWith(true);
    expect(ops(await later.read())).toEqual(['a']);
    later.close();
  });

  test('what cannot be read is not said to be nothing, and comes before what was made meanwhile', async () => {
    const person = `person-${people++}`;
    const earlier = new IndexedDbStore(person, () => seal);
    await earlier.update(add('a'));
    await earlier.update(add('b'));
    earlier.close();
    let here = false;
    const said: string[] = [];
    const store = new SpillingStore(
      new IndexedDbStore(person, () => (here ? seal : Promise.reject(new Error('lost')))),
      (spilled) => said.push(spilled ? 'spilled' : 'kept'),
      (unread) => said.push(unread ? 'unread' : 'read')
    );
    expect(await store.read()).toEqual([]);
    expect(said).toEqual(['unread']);
    const [c, d] = [await store.update(add('c')), await store.update(add('d'))];
    expect([ops(c), ops(d), said.at(-1)]).toEqual([['c'], ['c', 'd'], 'spilled']);
    here = true;
    // Asked of what was shown before: of nothing else.
    expect(ops(await store.update(discard(c[0]!.n)))).toEqual(['a', 'b', 'd']);
    expect(said.slice(-2)).toEqual(['read', 'kept']);
    store.close();
  });

  test('[LIV-8] what another page sealed with a newer key is neither written over nor taken away', async () => {
    const person = `person-${people++}`;
    let keys = [key(7)];
    const said: string[] = [];
    const page = new SpillingStore(
      new IndexedDbStore(person, () => sealWith(keys)),
      () => undefined,
      () => undefined,
      (unopened) => said.push(unopened ? 'unopened' : 'opened')
    );
    const newer = new IndexedDbStore(person, () => sealWith([key(8), key(7)]));
    expect([ops(await page.update(add('first'))), said.at(-1)]).toEqual([['first'], 'opened']);
    expect(ops(await newer.update(add('waits')))).toEqual(['first', 'waits']);

    // The newer key closed both.
    const mine = await page.update(add('mine'));
    expect([ops(mine), said.at(-1)]).toEqual([['mine'], 'unopened']);
    expect(ops(await page.read())).toEqual(['mine']);
    expect(ops(await newer.read())).toEqual(['first', 'waits', 'mine']);
    expect(ops(await page.update(discard(mine[0]!.n)))).toEqual([]);
    expect(ops(await newer.read())).toEqual(['first', 'waits']);

    // The server told this page of the newer key, too.
    keys = [key(8), key(7)];
    expect([ops(await page.read()), said.at(-1)]).toEqual([['first', 'waits'], 'opened']);
    page.close();
    newer.close();
  });

  test('closed while it waits for what seals, it is gone', async () => {
    let come = (_: typeof seal) => {};
    const store = new IndexedDbStore(`person-${people++}`, () => new Promise((resolve) => (come = resolve)));
    const read = store.read();
    store.close();
    come(seal);
    await expect(read).rejects.toThrow(StoreGone);
  });

  test('two tabs work on the same', async () => {
    const person = `person-${people++}`;
    const [one, two] = [new IndexedDbStore(person, () => seal), new IndexedDbStore(person, () => seal)];
    await Promise.all([one.update(add('a')), two.update(add('b')), one.update(add('c'))]);
    const records = await two.read();
    expect(ops(records).sort()).toEqual(['a', 'b', 'c']);
    expect(new Set(records.map(({ n }) => n)).size).toBe(3);
    await two.update(discard(records[0]!.n));
    expect(await one.read()).toHaveLength(2);
  });

  test('a connection that the browser closed is opened anew, and one that never opens is a device without room', async () => {
    const person = `person-${people++}`;
    const opened = vi.spyOn(indexedDB, 'open');
    const store = new IndexedDbStore(person, () => seal);
    await store.update(add('a'));
    const connection = (at: number) => opened.mock.results[at]!.value.result as IDBDatabase;
    connection(0).close();
    expect(ops(await store.update(add('b')))).toEqual(['a', 'b']);
    connection(1).close();
    expect(ops(await store.read())).toEqual(['a', 'b']);
    expect(opened).toHaveBeenCalledTimes(3);

    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('the connection is closing', 'InvalidStateError');
    });
    await expect(store.update(add('c'))).rejects.toThrow(StoreFull);
    await expect(store.read()).rejects.toThrow(StoreFull);
    transaction.mockRestore();
    expect(ops(await store.update(add('c')))).toEqual(['a', 'b', 'c']);
    store.close();
  });

  test('whoever clears the device is let through', async () => {
    const person = `person-${people++}`;
    const store = new IndexedDbStore(person, () => seal);
    await store.update(add('a'));
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(databaseName({ kind: 'outbox', personId: person }));
      request.onsuccess = resolve;
      request.onerror = reject;
    });
    await expect(store.update(add('b'))).rejects.toThrow(StoreGone);
  });
});

describe('[LIV-4] a device without room', () => {
  class FullStore extends MemoryStore {
    full = false;
    override async update(step: Parameters<MemoryStore['update']>[0]) {
      if (this.full) throw new StoreFull('full');
      return super.update(step);
    }
  }

  test('a device without room says so, goes on, and writes what it kept when there is room again', async () => {
    const device = new FullStore();
    const said: boolean[] = [];
    const store = new SpillingStore(device, (spilled) => said.push(spilled));
    await store.update(add('a'));
    device.full = true;
    expect(ops(await store.update(add('b')))).toEqual(['a', 'b']);
    expect(ops(await store.update(discard(1)))).toEqual(['b']);
    expect([ops(await store.read()), ops(await device.read()), said]).toEqual([['b'], ['a'], [true, true]]);
    device.full = false;
    expect(ops(await store.update(add('c')))).toEqual(['b', 'c']);
    expect([ops(await device.read()), said.at(-1)]).toEqual([['b', 'c'], false]);
  });

  test('two tabs without room lose nothing to each other when there is room again', async () => {
    const device = new FullStore();
    device.full = true;
    const [one, two] = [
      new SpillingStore(device, () => undefined),
      new SpillingStore(device, () => undefined)
    ];
    await one.update(add('a'));
    await two.update(add('b'));
    device.full = false;
    await one.update(add('c'));
    await two.update(add('d'));
    expect(ops(await device.read()).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a device that keeps nothing at all is worked on too', async () => {
    const nothing: OutboxStore = {
      read: () => Promise.reject(new StoreFull('blocked')),
      update: () => Promise.reject(new StoreFull('blocked')),
      close: () => undefined
    };
    const store = new SpillingStore(nothing, () => undefined);
    await store.update(add('a'));
    expect(ops(await store.update(add('b')))).toEqual(['a', 'b']);
  });
});

/** Everything that a person's database holds, as text. */
async function bytesIn(person: string): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(databaseName({ kind: 'outbox', personId: person }));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  });
  const values = await new Promise<Uint8Array[]>((resolve) => {
    const request = database.transaction('records').objectStore('records').getAll();
    request.onsuccess = () => resolve(request.result as Uint8Array[]);
  });
  database.close();
  return values.map((value) => Buffer.from(value).toString('latin1')).join('');
}
