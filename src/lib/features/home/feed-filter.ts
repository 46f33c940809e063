import type { AddressFormat } from '$lib/ui/address-state.svelte';

/** Filter of the feed by outcome. */
export type FeedFilter = 'all' | 'failed' | 'denied';

/** The filter in the address: `?show=failed`. */
export const feedFilterFormat: AddressFormat<FeedFilter> = {
  parse: (params) => (['failed', 'denied'] as const).find((filter) => filter === params.get('show')) ?? 'all',
  format: (filter) => new URLSearchParams(filter === 'all' ? {} : { show: filter })
};
