import { expect, test } from 'vitest';
import { MOST_STREAMS, StreamPlaces } from './stream-places';

const taken = (places: StreamPlaces, id: string, keyId: string, n: number) =>
  Array.from({ length: n }, () => places.take({ id, keyId }));

test('[DEC-5] one key, one holder and one process have so many streams and no more', () => {
  const places = new StreamPlaces();
  expect(taken(places, 'a', 'a1', MOST_STREAMS.key).every((leave) => typeof leave === 'function')).toBe(true);
  expect(places.take({ id: 'a', keyId: 'a1' })).toBe('reader');
  taken(places, 'a', 'a2', MOST_STREAMS.holder - MOST_STREAMS.key);
  expect(places.take({ id: 'a', keyId: 'a3' })).toBe('reader');
  for (let n = MOST_STREAMS.holder; n < MOST_STREAMS.process; n++)
    expect(typeof places.take({ id: `b${n}`, keyId: `k${n}` })).toBe('function');
  expect(places.take({ id: 'last', keyId: 'last' })).toBe('process');
});

test('a place is given back once, however often its end is told', () => {
  const places = new StreamPlaces();
  const [leave] = taken(places, 'a', 'a1', MOST_STREAMS.key);
  if (typeof leave !== 'function') throw new Error('no place was given');
  leave();
  leave();
  expect(typeof places.take({ id: 'a', keyId: 'a1' })).toBe('function');
  expect(places.take({ id: 'a', keyId: 'a1' })).toBe('reader');
});
