import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { testOutbox } from '../../../../tests/support/outbox';
import { unsavedEditsOf } from '../session/unsaved-edits';
import { deviceSeal } from './device-seal';
import { IndexedDbStore } from './indexeddb-store';
import { sealWith } from './seal';
import { SpillingStore } from './spilling-store';
import { addCommand } from './steps/commands';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64url');

test('[LIV-4] [LIV-8] an edit that only a newer key opens is no empty outbox, and is shown once that key is here', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const other = new IndexedDbStore('maya', () => sealWith([key(8), key(7)]));
  await other.update(
    addCommand({
      procedure: 'administrators.suspend',
      input: { id: 'p' },
      subject: 'person:p',
      label: 'Priya',
      at: Date.now(),
      op: 'waits'
    })
  );
  other.close();

  let keys = [key(7)];
  const store = new SpillingStore(
    new IndexedDbStore(
      'maya',
      deviceSeal(() => keys)
    ),
    (spilled) => (outbox.volatile = spilled),
    (unread) => (outbox.unread = unread),
    (unopened) => (outbox.unopened = unopened)
  );
  const { outbox } = testOutbox(() => ({ is: 'lost' }), { online: false, store });
  await vi.waitFor(() => expect(outbox.loaded).toBe(true));
  expect([outbox.pendingCount, outbox.isEmpty, outbox.unopened, outbox.volatile]).toEqual([
    0,
    false,
    true,
    false
  ]);
  // It may never be opened: it keeps nothing waiting, and is not written for again and again.
  expect([outbox.unread, unsavedEditsOf(outbox).known()]).toEqual([false, true]);
  const written = vi.spyOn(store, 'update');
  await vi.advanceTimersByTimeAsync(60_000);
  outbox.lookAgain();
  await vi.advanceTimersByTimeAsync(0);
  expect(written).not.toHaveBeenCalled();

  keys = [key(8), key(7)];
  outbox.lookAgain();
  await vi.waitFor(() => expect(outbox.pending.map(({ op }) => op)).toEqual(['waits']));
  expect([outbox.unopened, outbox.isEmpty]).toEqual([false, false]);
  outbox.close();
  vi.useRealTimers();
});

test('[LIV-4] a key that the server knows no more opens what it closed as long as the page is open', async () => {
  let keys = [key(7)];
  const seal = deviceSeal(() => keys);
  const sealed = (await seal()).close('waits');
  keys = [key(8)];
  expect((await seal()).open(sealed)).toEqual({ value: 'waits', isOld: true });
  expect((await seal()).open((await seal()).close('new'))).toEqual({ value: 'new', isOld: false });
  expect(sealWith(keys).open((await seal()).close('new'))).toEqual({ value: 'new', isOld: false });
});
