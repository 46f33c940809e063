import { expect, test } from 'vitest';
import type { KeyView } from './application-view';
import { keyLanes } from './key-lanes';

const key = (id: string, change: Partial<KeyView> = {}) =>
  ({
    id,
    now: 'active',
    createdAt: '2026-11-01T09:00:00.000Z',
    expiresAt: '2027-01-30T09:00:00.000Z',
    retiresAt: null,
    replacedBy: null,
    ...change
  }) as KeyView;
const NEXT = key('next', { createdAt: '2026-11-29T12:00:00.000Z' });
const OLD = key('old', { now: 'replaced', retiresAt: '2026-11-30T12:00:00.000Z', replacedBy: 'next' });

test.each([
  ['as it is made', '2026-11-29T12:00:00.000Z', 12],
  ['half way', '2026-11-30T00:00:00.000Z', 44],
  ['at the end', '2026-11-30T12:00:00.000Z', 76],
  ['by a clock that is behind', '2026-11-28T12:00:00.000Z', 12],
  ['by one that is ahead', '2026-12-05T12:00:00.000Z', 76]
])('[APP-3] two keys stand on one axis: %s', (_, now, place) =>
  expect(keyLanes([NEXT, OLD], new Date(now))).toEqual([
    { old: OLD, first: NEXT, next: NEXT, made: 12, now: place, end: 76, dayMore: '2026-12-01T12:00:00.000Z' }
  ])
);

test('[APP-3] where no key works beside its successor there are no lanes', () => {
  const now = new Date('2026-11-30T00:00:00.000Z');
  expect(keyLanes([NEXT, key('other')], now)).toEqual([]);
  expect(keyLanes([NEXT, { ...OLD, now: 'rotated' }], now)).toEqual([]);
  expect(keyLanes([OLD], now)).toEqual([]);
});

test.each([
  [
    'up to thirty days after it was replaced',
    { retiresAt: '2026-12-29T00:00:00.000Z' },
    '2026-12-29T12:00:00.000Z'
  ],
  ['and no more than that', { retiresAt: '2026-12-29T12:00:00.000Z' }, null],
  ['up to its own end', { expiresAt: '2026-11-30T20:00:00.000Z' }, '2026-11-30T20:00:00.000Z'],
  ['and no more than that', { expiresAt: '2026-11-30T12:00:00.000Z' }, null]
])('[APP-3] a day more is asked for %s', (_, change, dayMore) =>
  expect(keyLanes([NEXT, { ...OLD, ...change }], new Date('2026-11-30T00:00:00.000Z'))[0]?.dayMore).toBe(
    dayMore
  )
);

test('[APP-3] a successor that was replaced itself is no end: the last of them stands beside the old key', () => {
  const now = new Date('2026-11-30T00:00:00.000Z');
  const retired = { retiresAt: '2026-11-29T20:00:00.000Z', replacedBy: 'last' };
  const over = { ...NEXT, ...retired, now: 'rotated' as const };
  const last = key('last', { createdAt: '2026-11-29T20:00:00.000Z' });
  expect(keyLanes([last, over, OLD], now)).toMatchObject([
    // The day more is counted from when it was replaced first.
    { old: OLD, first: over, next: last, dayMore: '2026-12-01T12:00:00.000Z' }
  ]);
  const works = { ...NEXT, ...retired, now: 'replaced' as const, retiresAt: '2026-12-01T00:00:00.000Z' };
  expect(keyLanes([last, works, OLD], now).map(({ old, next }) => [old.id, next.id])).toEqual([
    ['old', 'last'],
    ['next', 'last']
  ]);
  const revoked = { ...last, now: 'revoked' as const };
  expect(keyLanes([revoked, over, OLD], now)).toEqual([]);
  // Whichever still works stands beside the old one, so that the old one can have a day more.
  expect(keyLanes([revoked, works, OLD], now).map(({ old, next }) => [old.id, next.id])).toEqual([
    ['old', 'next']
  ]);
  // Its own successor is gone: it stands there with its end.
  expect(keyLanes([works, OLD], now)).toMatchObject([{ next: { retiresAt: works.retiresAt } }]);
});
