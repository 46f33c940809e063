import { expect, test } from 'vitest';
import { testOutbox } from '../../../../tests/support/outbox';
import { MemoryStore } from './memory-store';
import type { Records, Step } from './record';

const role = 'role:7b0f4b5e-6c53-4a86-9b0c-1d6d0f6a2b11' as const;
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
