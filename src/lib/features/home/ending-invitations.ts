import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';
import { endsSoon } from '$lib/shared/people/first-sign-in';

/**
 * People whom `me` invited and who have little time left to accept, the most urgent first.
 * @param now milliseconds since 1970
 */
export function endingInvitations(people: readonly PersonEntry[], me: string, now: number): PersonEntry[] {
  const ends = ({ activation }: PersonEntry) => activation?.expires ?? '';
  return people
    .filter(
      ({ status, activation }) =>
        status === 'must-change' &&
        activation?.invited &&
        activation.by === me &&
        endsSoon(activation.expires, now)
    )
    .sort((a, b) => ends(a).localeCompare(ends(b)));
}
