import { naturalOrder } from '$lib/ui/natural-order';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';

export type StewardChoice = { value: string; label: string; hint?: string };

/**
 * Candidates for an application's steward: active administrators, oneself first. The current steward is among them
 * whoever they are.
 * @param now who answers for it; null: nobody, or it is new
 */
export function stewardChoices(
  people: readonly PersonEntry[],
  me: { id: string; name: string },
  now: { id: string; name: string } | null
): StewardChoice[] {
  const others = people
    .filter(({ id, status }) => status === 'active' && id !== me.id)
    .sort((a, b) => naturalOrder(a.name, b.name));
  const known = [
    { value: me.id, label: me.name, hint: 'You' },
    ...others.map(({ id, name, email }) => ({ value: id, label: name, hint: email }))
  ];
  if (now === null || known.some(({ value }) => value === now.id)) return known;
  return [...known, { value: now.id, label: now.name }];
}
