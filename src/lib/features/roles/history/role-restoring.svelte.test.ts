import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '$lib/client/session/session.svelte';
import { currentToast } from '$lib/ui/toast.svelte';
import type { RestoreQuestion } from './restore-offer';
import { RoleRestoring } from './role-restoring.svelte';

// Toasts are for browsers.
beforeEach(() => void vi.stubGlobal('window', globalThis));
afterEach(() => void vi.unstubAllGlobals());

test('[ROL-9] a restore that is taken back from the page of another role is taken back of its own', async () => {
  const asked: unknown[] = [];
  const outbox = {
    run: ({ input }: { input: unknown }) => {
      asked.push(input);
      return Promise.resolve({ state: 'done', answer: { seq: 4 + asked.length, refused: [] } });
    }
  };
  let shown = { kind: 'administrator' as const, id: 'first', name: 'First' };
  const restoring = new RoleRestoring({
    session: { outbox } as unknown as Session,
    role: () => shown,
    onrestored: () => undefined
  });
  restoring.ask({ may: 'yes', ...({} as RestoreQuestion) });
  await restoring.restore({ seq: 1, seen: 4 });
  restoring.restored(4, 1, { state: 'done', answer: { seq: 5, refused: [] } } as never);
  shown = { kind: 'administrator', id: 'second', name: 'Second' };
  currentToast()?.undo?.();
  await Promise.resolve();
  expect(asked).toEqual([
    { id: 'first', seq: 1, seen: 4 },
    { id: 'first', seq: 4, seen: 5 }
  ]);
});
