import { afterEach, expect, test, vi } from 'vitest';
import { currentTime, goByClock } from '$lib/ui/clock.svelte';
import { api } from './api';
import { serverNow } from './server-clock';

const DAY_MS = 86_400_000;

afterEach(() => vi.unstubAllGlobals());

test('[UX-3] every answer of the server says what time it is, and pages go by that', async () => {
  const answer = (aheadMs: number) => () =>
    Promise.resolve(
      new Response(JSON.stringify({ result: { data: { needed: false } } }), {
        headers: { 'content-type': 'application/json', date: new Date(Date.now() + aheadMs).toUTCString() }
      })
    );
  goByClock(serverNow);
  vi.stubGlobal('fetch', answer(DAY_MS));
  await api.setup.status.query();
  expect(Math.abs(currentTime().getTime() - Date.now() - DAY_MS)).toBeLessThan(2_000);
  vi.stubGlobal('fetch', answer(0));
  await api.setup.status.query();
  expect(Math.abs(currentTime().getTime() - Date.now())).toBeLessThan(100);
});
