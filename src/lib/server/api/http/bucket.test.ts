import { expect, test } from 'vitest';
import { Bucket } from './bucket';

test('[W-04] a bucket gives its burst at once and then its rate', () => {
  const bucket = new Bucket({ burst: 5, perSecond: 2 }, 1000);
  for (let n = 0; n < 5; n++) expect(bucket.take(1, 1000)).toBe(true);
  expect(bucket.take(1, 1000)).toBe(false);
  expect(bucket.take(1, 1499)).toBe(false);
  expect(bucket.take(1, 1500)).toBe(true);
  expect(bucket.take(1, 1500)).toBe(false);
});

test('what is refused costs nothing', () => {
  const bucket = new Bucket({ burst: 10, perSecond: 1 }, 0);
  for (let n = 0; n < 100; n++) expect(bucket.take(11, 0)).toBe(false);
  expect(bucket.take(10, 0)).toBe(true);
});

test('however long it rested, it holds no more than its burst', () => {
  const bucket = new Bucket({ burst: 3, perSecond: 100 }, 0);
  expect(bucket.take(4, 1e9)).toBe(false);
  expect(bucket.take(3, 1e9)).toBe(true);
});

test('it can be forgotten when it is full again', () => {
  const bucket = new Bucket({ burst: 4, perSecond: 2 }, 0);
  expect(bucket.isFull(0)).toBe(true);
  bucket.take(4, 0);
  expect(bucket.isFull(1999)).toBe(false);
  expect(bucket.isFull(2000)).toBe(true);
});

test('it says how long to wait, which takes nothing', () => {
  const bucket = new Bucket({ burst: 10, perSecond: 4 }, 0);
  expect(bucket.secondsUntil(10, 0)).toBe(0);
  bucket.take(10, 0);
  expect(bucket.secondsUntil(2, 0)).toBe(0.5);
  expect(bucket.secondsUntil(2, 250)).toBe(0.25);
  expect(bucket.take(2, 500)).toBe(true);
});
