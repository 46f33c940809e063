import { expect, test } from 'vitest';
import { PresenceList } from './presence';

const MAYA = { id: 'maya', name: 'Maya' };

/** Two processes that both believe the client is connected to them tell each other until nothing is left to tell. */
function exchange(a: PresenceList, b: PresenceList): number {
  for (let round = 0; round < 20; round++) {
    const [fromA, fromB] = [a.takeChanges(), b.takeChanges()];
    if (fromA.length + fromB.length === 0) return round;
    for (const entry of fromA) b.takeRelayed(entry, true, 0);
    for (const entry of fromB) a.takeRelayed(entry, true, 0);
  }
  return Infinity;
}

test('[W-15] somebody who moved to another process is not fought over, and is shown to the end', () => {
  const [a, b] = [new PresenceList(), new PresenceList()];
  a.claim({ client: 5, clock: 1, state: '{}' }, MAYA, 0);
  exchange(a, b);
  b.claim({ client: 5, clock: 2, state: '{"at":"here"}' }, MAYA, 0);
  expect(exchange(a, b)).toBeLessThan(4);
  expect(a.entry(5)?.state).toContain('here');
  // The old connection is found dead: that does not take away who is connected elsewhere.
  a.leave(5);
  for (const entry of a.takeChanges()) b.takeRelayed(entry, true, 0);
  expect(b.entry(5)?.state).toContain('here');
});
