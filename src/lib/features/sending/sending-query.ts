import { onceEach } from '$lib/core/once-each';
import { compareStops, isNearLimit, stopOf, type Stop } from '$lib/core/quotas/stops';
import { paceOf } from '$lib/core/quotas/account';
import { CAPS } from '$lib/core/quotas/caps';
import type { SenderRow } from '$lib/shared/indexes/gauges.svelte';
import type { AddressFormat } from '$lib/ui/address-state.svelte';
import { foldText } from '$lib/core/text/fold-text';
import { naturalOrder } from '$lib/ui/natural-order';

export type SendingFilter = 'near' | 'stopped' | 'paused' | 'raised';
export type SendingSort = 'stops' | 'name' | 'pace';

/** Search, filter and order of the page. */
export type SendingQuery = { search: string; filter: SendingFilter | null; sort: SendingSort };

export const FILTERS: readonly { id: SendingFilter; label: string }[] = [
  { id: 'near', label: 'Near a limit' },
  { id: 'stopped', label: 'Stopped' },
  { id: 'paused', label: 'Paused' },
  { id: 'raised', label: 'Raised' }
];
const SORTS: readonly SendingSort[] = ['stops', 'name', 'pace'];

/** The query in the address: `?search=&show=near&sort=name`. What cannot be read is left at its default. */
export const sendingQueryFormat: AddressFormat<SendingQuery> = {
  parse: (params) => ({
    search: params.get('search') ?? '',
    filter: FILTERS.find(({ id }) => id === params.get('show'))?.id ?? null,
    sort: SORTS.find((sort) => sort === params.get('sort')) ?? 'stops'
  }),
  format({ search, filter, sort }) {
    const params = new URLSearchParams();
    if (search.trim()) params.set('search', search.trim());
    if (filter) params.set('show', filter);
    if (sort !== 'stops') params.set('sort', sort);
    return params;
  }
};

/** A row with what is worked out of it. */
export type SenderView = { row: SenderRow; stop: Stop; pace: number; text: string };

/** View of a row: worked out once for each state of somebody, not once a frame. */
export const senderView = onceEach((row: SenderRow): SenderView => ({
  row,
  stop: stopOf(row, row.sender.status),
  pace: paceOf(row.minutes),
  text: foldText(row.sender.name)
}));

/** True if a filter shows this sender. Near: four fifths are used, or a cap is reached before it begins again. */
export function fits({ row, stop }: SenderView, filter: SendingFilter | null): boolean {
  if (filter === null) return true;
  if (filter === 'near') return isNearLimit(row, stop);
  if (filter === 'stopped') return ['full', 'suspended', 'closed'].includes(stop.kind);
  if (filter === 'paused') return stop.kind === 'paused';
  return CAPS.some(({ id }) => row[id].raise !== undefined);
}

/** Number of senders that each filter would show. */
export function countFilters(all: readonly SenderView[]): Record<SendingFilter, number> {
  const count = (filter: SendingFilter) => all.reduce((sum, view) => sum + Number(fits(view, filter)), 0);
  return { near: count('near'), stopped: count('stopped'), paused: count('paused'), raised: count('raised') };
}

/** Those that the query asks for, in its order; names decide between equals. */
export function findSenders(
  all: readonly SenderView[],
  { search, filter, sort }: SendingQuery
): SenderView[] {
  const words = foldText(search).split(/\s+/u).filter(Boolean);
  const byName = (a: SenderView, b: SenderView) =>
    naturalOrder(a.row.sender.name, b.row.sender.name) || (a.row.account < b.row.account ? -1 : 1);
  const compare = {
    stops: (a: SenderView, b: SenderView) => compareStops(a.stop, b.stop) || b.pace - a.pace || byName(a, b),
    name: byName,
    pace: (a: SenderView, b: SenderView) => b.pace - a.pace || byName(a, b)
  }[sort];
  return all
    .filter((view) => fits(view, filter) && words.every((word) => view.text.includes(word)))
    .sort(compare);
}
