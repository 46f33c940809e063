import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { PER_MINUTE, type CallRefusal } from '$lib/core/applications/calls';
import { permissionName } from '$lib/core/wording/permissions';
import { counted } from '$lib/ui/counted';
import type { Application } from './applications.svelte';
import type { RefusedCalls } from './calls-watch.svelte';

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
  route: { title: 'A route', text: 'It refuses everyone' },
  suspended: { title: 'Any request', text: 'The application was suspended' }
};

/** The role of an application, with what it includes now; null: not known here. */
export type RoleNow = { name: string; holds: ReadonlySet<string> | null };

/**
 * Words for a refusal, its thing and its reason: "Contacts › Export", "The role “Support” doesn’t include it". It may
 * be of hours ago: what the role includes by now is said so, and where that is not known nothing is said of it.
 */
export function refusedWords(
  { reason, permission }: Pick<RefusedCalls, 'reason' | 'permission'>,
  role: RoleNow,
  catalogue: CatalogueIndex
): { title: string; text: string } {
  if (reason !== 'permission') return REFUSED[reason];
  if (permission === null) return { title: 'A permission', text: MISSED };
  return { title: permissionName(catalogue, permission), text: missingWords(permission, role) };
}

const MISSED = 'Its role didn’t include it';

function missingWords(permission: string, { name, holds }: RoleNow): string {
  if (holds === null) return MISSED;
  return holds.has(permission) ? 'Included since' : `The role “${name}” doesn’t include it`;
}

/** "once", "12 times". */
export function timesWords(times: number): string {
  return times === 1 ? 'once' : `${counted(times)} times`;
}
