import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AddressState } from './address-state.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A search in an address that is written as it is told. */
function searchIn(write: () => Promise<void>) {
  let query = $state.raw(new URLSearchParams('search=ana'));
  return new AddressState<string>({
    parse: (params) => params.get('search') ?? '',
    format: (search) => new URLSearchParams({ search }),
    read: () => query,
    write: async (params) => {
      await write();
      query = params;
    }
  });
}

test('[UX-3] a value is on screen at once, and then in the address', async () => {
  const search = searchIn(() => Promise.resolve());
  search.value = 'ben';
  expect(search.value).toBe('ben');
  await vi.runAllTimersAsync();
  expect(search.value).toBe('ben');
});

test('[UX-3] an address that does not follow is what the screen says again', async () => {
  const search = searchIn(() => Promise.reject(new Error('the navigation was given up')));
  search.value = 'ben';
  await vi.runAllTimersAsync();
  expect(search.value).toBe('ana');
});
