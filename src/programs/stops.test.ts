import { expect, test } from 'vitest';
import { makeLogger } from '../lib/server/logger';
import { stopList } from './stops';

test('what was started is stopped once, the last first, whatever a step throws', async () => {
  const { onStop, stop, isStopping } = stopList(makeLogger('silent'));
  const ran: string[] = [];
  onStop(() => Promise.resolve(ran.push('first')));
  onStop(() => {
    throw new Error('at once');
  });
  onStop(() => Promise.reject(new Error('later')));
  onStop(() => Promise.resolve(ran.push('last')));
  expect(isStopping()).toBe(false);
  const stopped = Promise.all([stop(), stop()]);
  expect(isStopping()).toBe(true);
  await stopped;
  await stop();
  expect(ran).toEqual(['last', 'first']);
});
