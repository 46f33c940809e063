import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { PER_MINUTE, type CallRefusal } from '$lib/core/applications/calls';
import { permissionName } from '$lib/core/wording/permissions';
import { counted } from '$lib/ui/counted';
import type { Application } from './applications.svelte';
import type { Calls } from './calls-watch.svelte';

/** Calls a minute that an application may make. */
export function callsAllowed({ perMinute }: Pick<Application, 'perMinute'>): number {
  return perMinute ?? PER_MINUTE;
}

const REFUSED: Record<Exclude<CallRefusal, 'permission'>, { title: string; text: string }> = {
  address: { title: 'Another address', text: 'Its keys can’t be used from there' },
  rate: { title: 'Too many requests', text: 'More than it can make in a minute' },
  expired: { title: 'An expired key', text: 'Programs still use it' },
  revoked: { title: 'A revoked key', text: 'Programs still use it' },
  rotated: { title: 'An old key', text: 'Its time beside the new one is over' },
  suspended: { title: 'Any request', text: 'The application was suspended' }
};

/** Words for a refusal, its thing and its reason: "Contacts › Export", "The role “Support” doesn’t include it". */
export function refusedWords(
  { reason, permission }: Pick<Calls['refused'][number], 'reason' | 'permission'>,
  role: string,
  catalogue: CatalogueIndex
): { title: string; text: string } {
  if (reason !== 'permission') return REFUSED[reason];
  return {
    title: permission === null ? 'A permission' : permissionName(catalogue, permission),
    text: `The role “${role}” doesn’t include it`
  };
}

/** "once", "12 times". */
export function timesWords(times: number): string {
  return times === 1 ? 'once' : `${counted(times)} times`;
}
