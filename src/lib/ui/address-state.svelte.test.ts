import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AddressState, addressState, searchFormat, type AddressFormat } from './address-state.svelte';

type Query = { search: string; role: string | null };

/** The query as the lists write it: the question is trimmed, and what is empty is left out. */
const format: AddressFormat<Query> = {
  parse: (params) => ({ search: params.get('search') ?? '', role: params.get('role') }),
  format({ search, role }) {
    const params = new URLSearchParams();
    if (search.trim()) params.set('search', search.trim());
    if (role) params.set('role', role);
    return params;
  }
};

/** A page whose address can be read, written and walked away from. */
class Page {
  address = $state.raw('');
  readonly state = new AddressState<Query>({
    ...format,
    read: () => new URLSearchParams(this.address),
    write: async (params) => void (this.address = params.toString())
  });

  type(search: string): void {
    this.state.value = { ...this.state.value, search };
  }

  rest(): Promise<unknown> {
    return vi.advanceTimersByTimeAsync(250);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('[UX-3] a blank at the end stays in the field while somebody thinks of the next word', async () => {
  const page = new Page();
  page.type('Sarah ');
  await page.rest();
  expect(page.address).toBe('search=Sarah');
  expect(page.state.value.search).toBe('Sarah ');

  page.type(`${page.state.value.search}Lin`);
  await page.rest();
  expect(page.address).toBe('search=Sarah+Lin');
  expect(page.state.value.search).toBe('Sarah Lin');
});

test('[UX-3] blanks alone stay, too, and ask for nothing', async () => {
  const page = new Page();
  page.type('  ');
  await page.rest();
  expect(page.address).toBe('');
  expect(page.state.value.search).toBe('  ');
});

test('[UX-3] another address, of a link or of going back, is what counts', async () => {
  const page = new Page();
  page.type('Sarah ');
  await page.rest();
  page.address = 'search=Lin&role=support';
  expect(page.state.value).toEqual({ search: 'Lin', role: 'support' });

  page.type('Lin ');
  await page.rest();
  expect(page.state.value).toEqual({ search: 'Lin ', role: 'support' });
});

test('[UX-3] what was set while the address was being written stays', async () => {
  const page = new Page();
  page.type('Sa');
  await vi.advanceTimersByTimeAsync(199);
  page.type('Sar');
  await vi.advanceTimersByTimeAsync(199);
  expect(page.address).toBe('');
  expect(page.state.value.search).toBe('Sar');
});

test('[UX-3] nothing reaches the address once the page was left', async () => {
  const page = new Page();
  page.type('Sarah');
  page.state.stop();
  await page.rest();
  expect(page.address).toBe('');
});

test('[UX-3] nor once the page that asked for the state is gone', async () => {
  const written: string[] = [];
  const address = {
    read: () => new URLSearchParams(),
    write: async (params: URLSearchParams) => void written.push(params.toString())
  };
  for (const leaves of [false, true]) {
    const gone = $effect.root(() => {
      const state = addressState(searchFormat, () => address);
      flushSync();
      state.value = leaves ? 'too late' : 'Sarah';
    });
    if (leaves) gone();
    await vi.advanceTimersByTimeAsync(250);
    gone();
  }
  expect(written).toEqual(['search=Sarah']);
});

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
