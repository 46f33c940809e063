import { expect, test } from 'vitest';
import type { PersonEntry } from '$lib/shared/indexes/people-list.svelte';
import { endingInvitations } from './ending-invitations';

const NOW = Date.UTC(2026, 10, 30, 12);
const HOUR = 3_600_000;

const person = (
  name: string,
  hours: number,
  more: { by?: string | null; status?: PersonEntry['status']; invited?: boolean } = {}
) =>
  ({
    id: name,
    name,
    status: more.status ?? 'must-change',
    activation: {
      invited: more.invited ?? true,
      expires: new Date(NOW + hours * HOUR).toISOString(),
      ...(more.by === undefined ? { by: 'maya' } : { by: more.by })
    }
  }) as PersonEntry;

test('[ADM-5] whoever invited people is told of those who have twelve hours left, the most urgent first', () => {
  const people = [
    person('Twelve', 12),
    person('One', 1),
    person('Later', 12.1),
    person('Over', 0),
    person('Of another', 2, { by: 'priya' }),
    person('Of a rescue', 2, { by: null }),
    person('With an initial password', 2, { invited: false }),
    person('Suspended', 2, { status: 'suspended' }),
    {
      ...person('Written by an older version', 2),
      activation: { invited: true, expires: '2026-11-30T13:00:00Z' }
    },
    { ...person('Active', 2), status: 'active' as const, activation: null }
  ];
  expect(endingInvitations(people, 'maya', NOW).map(({ name }) => name)).toEqual(['One', 'Twelve']);
});
