import { goto } from '$app/navigation';
import { page } from '$app/state';
import { queryString, type InAddress } from '$lib/ui/address-state.svelte';

/** Query of the page that is open: another one takes its place without a new entry in the history. */
export const inAddress: InAddress = {
  read: () => page.url.searchParams,
  write: (params) =>
    goto(`${page.url.pathname}${queryString(params)}`, {
      replaceState: true,
      keepFocus: true,
      noScroll: true
    })
};
