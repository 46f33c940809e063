import { flushSync } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import { expect, test, vi } from 'vitest';
import { testOutbox } from '../../../../tests/support/outbox';
import { browserClock } from './browser-clock';
import { MemoryStore } from './memory-store';
import { OptimisticRecords } from './optimistic-records.svelte';
import type { Records, Step } from './record';
import { SpillingStore } from './spilling-store';
import { addEdit } from './steps/edits';
import { StoreSealed } from './store';
import type { Sent } from './transport';

const role = 'role:7b0f4b5e-6c53-4a86-9b0c-1d6d0f6a2b11' as const;
const other = 'role:0f4f5f0a-96d4-4a86-9b0c-1d6d0f6a2b12' as const;
const grant = { key: 'people.roles.view', value: true, committed: false, seen: 3 };

/** A device that writes when it is told to. */
class SlowStore extends MemoryStore {
  #write: (() => void) | null = null;

  override async update(step: Step): Promise<Records> {
    await new Promise<void>((resolve) => (this.#write = resolve));
    return super.update(step);
  }

  write(): void {
    this.#write?.();
  }
}

async function turn(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

test('[LIV-4] a page that goes before a change, or its withdrawal, is on the device would lose it, and says so', async () => {
  const store = new SlowStore();
  const { outbox } = testOutbox(() => ({ is: 'lost' }), { online: false, store });
  await turn();
  store.write();
  await turn();
  expect([outbox.loaded, outbox.isKept]).toEqual([true, true]);

  outbox.edit(role, 'Support', [grant]);
  await turn();
  expect([outbox.pendingCount, outbox.isKept]).toEqual([1, false]);
  // Its page just opened and never tried: that there is no network is said all the same.
  expect(outbox.waiting).toBe(true);
  store.write();
  await outbox.written();
  expect([outbox.pendingCount, outbox.isKept]).toEqual([1, true]);

  outbox.withdraw(role, new Set([grant.key]));
  await turn();
  expect([outbox.pendingCount, outbox.isKept]).toEqual([0, false]);
  store.write();
  await outbox.written();
  expect(outbox.isKept).toBe(true);
  outbox.close();
});

test('[LIV-4] a device without room keeps nothing that waits', async () => {
  const { outbox } = testOutbox(() => ({ is: 'lost' }), { online: false });
  await outbox.written();
  outbox.volatile = true;
  expect(outbox.isKept).toBe(true);
  outbox.edit(role, 'Support', [grant]);
  await outbox.written();
  expect(outbox.isKept).toBe(false);
  outbox.close();
});

test('[LIV-4] a write that fails for a reason nobody knows is not the end of those after it', async () => {
  vi.useFakeTimers();
  const store = new MemoryStore();
  const { outbox, sent } = testOutbox(() => ({ is: 'answer', answer: { seq: 4, refused: [] } }), { store });
  await outbox.written();
  vi.spyOn(store, 'update').mockRejectedValueOnce(new TypeError('nobody thought of it'));
  const failed = outbox.beginForwarding(1, { id: 'priya', name: 'Priya' }, '');
  await expect(failed).rejects.toThrow('nobody thought of it');
  outbox.edit(role, 'Support', [grant]);
  await outbox.written();
  expect(await store.read()).toHaveLength(1);
  expect(outbox.isKept).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toHaveLength(1);
  outbox.close();
  vi.useRealTimers();
});

test('[LIV-4] a device whose first write fails is looked at again, and what waited there goes out', async () => {
  vi.useFakeTimers();
  const store = new MemoryStore();
  await store.update(addEdit({ subject: role, label: 'Support', at: 1, changes: [grant], op: () => 'op' }));
  const failure = new TypeError('nobody thought of it');
  vi.spyOn(store, 'update').mockRejectedValueOnce(failure).mockRejectedValueOnce(failure);
  const { outbox, sent } = testOutbox(() => ({ is: 'answer', answer: { seq: 4, refused: [] } }), { store });
  await outbox.written();
  expect(outbox.loaded).toBe(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([outbox.loaded, sent.length]).toEqual([false, 0]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([outbox.loaded, sent.length]).toEqual([true, 1]);
  outbox.close();
  vi.useRealTimers();
});

test('[LIV-4] one look that fails is not the last at a device without room', async () => {
  vi.useFakeTimers();
  const store = new MemoryStore();
  const { outbox } = testOutbox(() => ({ is: 'lost' }), { online: false, store });
  await outbox.written();
  outbox.volatile = true;
  const update = vi.spyOn(store, 'update').mockRejectedValueOnce(new TypeError('nobody thought of it'));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(update).toHaveBeenCalledTimes(2);
  outbox.close();
  vi.useRealTimers();
});

test('[LIV-4] a step that throws leaves nothing behind, neither on screen nor in the way of the next one', async () => {
  const store = new MemoryStore();
  const records = new OptimisticRecords({
    ...{ store, clock: browserClock, onheard: () => undefined },
    channel: { announce: () => undefined, onheard: () => () => undefined }
  });
  const broken = () => {
    throw new TypeError('nobody thought of it');
  };
  expect(() => records.write(broken)).toThrow('nobody thought of it');
  await records.write(addEdit({ subject: role, label: 'Support', at: 1, changes: [grant], op: () => 'op' }));
  expect([records.shown.length, (await store.read()).length]).toEqual([1, 1]);
  records.close();
});

/** A device whose contents cannot be read until they can. */
class SealedStore extends MemoryStore {
  sealed = true;

  override async read(): Promise<Records> {
    if (this.sealed) throw new StoreSealed('sealed');
    return super.read();
  }

  override async update(step: Step): Promise<Records> {
    if (this.sealed) throw new StoreSealed('sealed');
    return super.update(step);
  }
}

test('[LIV-4] what cannot be read is no empty outbox; it is shown and sent once it can be read', async () => {
  vi.useFakeTimers();
  const device = new SealedStore();
  device.sealed = false;
  const before = testOutbox(() => ({ is: 'lost' }), { online: false, store: device });
  before.outbox.edit(role, 'Support', [grant]);
  await before.outbox.written();
  before.outbox.close();

  device.sealed = true;
  const store = new SpillingStore(
    device,
    (spilled) => (outbox.volatile = spilled),
    (unread) => (outbox.unread = unread)
  );
  const { outbox, sent } = testOutbox(() => ({ is: 'lost' }), { store });
  // Nothing is known yet.
  expect([outbox.loaded, outbox.isEmpty]).toEqual([false, false]);
  await outbox.written();
  await turn();
  expect([outbox.loaded, outbox.unread, outbox.isEmpty, outbox.pendingCount]).toEqual([true, true, false, 0]);
  outbox.edit('role:0d5b1a52-5c0e-4d7e-8f6a-2b8f4b3f9c22', 'Sales', [grant]);
  await outbox.written();
  expect([outbox.volatile, outbox.pendingCount, outbox.isKept]).toEqual([true, 1, false]);

  device.sealed = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect([outbox.unread, outbox.volatile, outbox.pendingCount, outbox.isKept]).toEqual([
    false,
    false,
    2,
    true
  ]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(outbox.records.map(({ label }) => label)).toEqual(['Support', 'Sales']);
  expect(sent.length).toBeGreaterThan(0);
  outbox.close();
  vi.useRealTimers();
});

test('[LIV-4] what is taken back before it is stored is that, whatever number it gets there', async () => {
  const store = new SlowStore();
  const { outbox } = testOutbox(() => ({ is: 'lost' }), { online: false, store });
  outbox.edit(role, 'Support', [grant]);
  await turn();
  const [shown] = outbox.pending;
  outbox.discard(shown!.n);
  // The device holds a change of an earlier visit, under the number that the new one was shown with.
  await MemoryStore.prototype.update.call(store, () => [{ ...shown!, subject: other, op: 'earlier' }]);
  for (let n = 0; n < 6; n++) {
    store.write();
    await turn();
  }
  expect(outbox.pending.map(({ op }) => op)).toEqual(['earlier']);
  outbox.close();
});

test('[LIV-4] that there is no network is told as it goes and comes, of what can be sent and was not tried', async () => {
  let tell: () => void = () => undefined;
  const network = createSubscriber((update) => {
    tell = update;
  });
  let isOnline = true;
  const mayTry = () => {
    network();
    return isOnline;
  };
  // It is never on the device, and so never tried.
  const { outbox } = testOutbox(() => ({ is: 'lost' }), { mayTry, store: new SlowStore() });
  await turn();
  outbox.edit(role, 'Support', [grant]);
  await turn();
  const seen: boolean[] = [];
  const stop = $effect.root(() => {
    $effect(() => void seen.push(outbox.waiting));
  });
  flushSync();
  for (const next of [false, true]) {
    isOnline = next;
    tell();
    flushSync();
  }
  expect(seen).toEqual([false, true, false]);
  stop();
  outbox.close();
});

test('[LIV-4] what waits for a password does not wait for the network; once it is discarded, what waited behind it is sent', async () => {
  const again = { is: 'refused', refusal: { code: 'auth/reauthenticate' } } as const;
  let answer: Sent = again;
  let isOnline = false;
  const { outbox, sent } = testOutbox(() => answer, { mayTry: () => isOnline });
  await turn();
  outbox.edit(role, 'Support', [grant]);
  await turn();
  expect(outbox.waiting).toBe(true);
  isOnline = true;
  outbox.retryNow();
  await turn();
  for (isOnline of [true, false])
    expect([outbox.awaitingPassword.length, outbox.waiting]).toEqual([1, false]);
  isOnline = true;
  outbox.edit(role, 'Support', [{ ...grant, key: 'other' }]);
  await turn();
  expect(sent).toHaveLength(1);
  answer = { is: 'lost' };
  outbox.discard(outbox.awaitingPassword[0]!.n);
  await turn();
  expect(sent).toHaveLength(2);
  outbox.close();
});
