import { expect, test } from 'vitest';
import type { FeedEntry } from './feed-entry';
import { gatherRuns } from './gather-runs';

const entry = (id: number, change: Partial<FeedEntry> = {}): FeedEntry => ({
  id: String(id),
  number: id,
  at: '2026-11-28T10:00:00Z',
  outcome: 'security',
  actor: { id: 'p1', name: 'Maya', known: true, colour: 1 },
  activity: 'Created account',
  details: `Person ${id}`,
  ...change
});
const many = (from: number, count: number, change: Partial<FeedEntry> = {}) =>
  Array.from({ length: count }, (_, index) => entry(from - index, change));

test('[LOG-3] an import of hundreds is one line, and who signed in before it is still in sight', () => {
  const signedIn = entry(1, {
    outcome: 'ok',
    activity: 'Signed in',
    actor: { id: 'p2', name: 'Ben', known: true, colour: 2 }
  });
  const told = gatherRuns([...many(500, 499), signedIn]);
  expect(told).toEqual([{ ...entry(500), more: 498 }, signedIn]);
});

test('[LOG-3] a few are told one by one, and what failed always is', () => {
  const few = many(5, 5);
  expect(gatherRuns(few)).toEqual(few);
  const failures = many(40, 40, { outcome: 'failed', activity: 'Sign-in failed' });
  expect(gatherRuns(failures)).toEqual(failures);
});

test('[LOG-3] two people of one name are two lines', () => {
  const namesake = { id: 'p3', name: 'Maya', known: true, colour: 3 };
  const told = gatherRuns([...many(40, 20), ...many(20, 20, { actor: namesake })]);
  expect(told).toEqual([
    { ...entry(40), more: 19 },
    { ...entry(20, { actor: namesake }), more: 19 }
  ]);
});
