import { describe, expect, test } from 'vitest';
import {
  endOfKey,
  isApplicationSuspended,
  judgeKey,
  keyProblem,
  latestEndOfOverlap,
  narrowed,
  type KeyLife
} from './keys';

const at = (day: number) => Date.UTC(2026, 0, 1) + day * 86_400_000;
const key = (change: Partial<KeyLife> = {}): KeyLife => ({
  createdAt: at(0),
  expiresAt: at(90),
  retiresAt: null,
  revokedAt: null,
  ...change
});

describe('[APP-4] whether a key works', () => {
  test('until it expires, to the moment', () => {
    expect(keyProblem(key(), at(89.99))).toBeNull();
    expect(keyProblem(key(), at(90))).toBe('expired');
  });

  test('a rotated one until its overlap is over, whatever it was made for', () => {
    const rotated = key({ retiresAt: at(10) });
    expect(keyProblem(rotated, at(9.99))).toBeNull();
    expect(keyProblem(rotated, at(10))).toBe('rotated');
    expect(keyProblem(key({ retiresAt: at(100) }), at(95))).toBe('expired');
  });

  test('a revoked one never again, and says that before all else', () => {
    expect(keyProblem(key({ revokedAt: at(5), retiresAt: at(4) }), at(200))).toBe('revoked');
    expect(keyProblem(key({ revokedAt: at(5) }), at(1))).toBe('revoked');
  });

  test('[APP-2] none works longer than any may, one that was made before that was so as well', () => {
    const old = key({ expiresAt: at(4000) });
    expect(endOfKey(old)).toBe(at(365));
    expect(keyProblem(old, at(364.9))).toBeNull();
    expect(keyProblem(old, at(365))).toBe('expired');
  });
});

test('[APP-4] an application without a steward goes on for 30 days', () => {
  const gone = { status: 'active' as const, stewardGoneAt: new Date(at(0)) };
  expect(isApplicationSuspended({ status: 'active', stewardGoneAt: null }, at(1000))).toBe(false);
  expect(isApplicationSuspended(gone, at(29.99))).toBe(false);
  expect(isApplicationSuspended(gone, at(30))).toBe(true);
  expect(isApplicationSuspended({ status: 'suspended', stewardGoneAt: null }, at(0))).toBe(true);
});

test('[APP-5] a personal key is worth what it was made for and is still held', () => {
  const held = new Set(['a.b.view', 'a.b.edit', '*']);
  expect([...narrowed(['a.b.view', 'a.b.gone'], (id) => held.has(id))]).toEqual(['a.b.view']);
  expect(narrowed([], (id) => held.has(id)).size).toBe(0);
});

test('[APP-4] a key, its holder and the address are judged in this order', () => {
  const life = { createdAt: 0, expiresAt: 10, retiresAt: null, revokedAt: null };
  const holder = { isGone: false, isSuspended: false, isFromAllowed: true };
  const bad = { isGone: true, isSuspended: true, isFromAllowed: false };
  expect(judgeKey(life, holder, 5)).toBeNull();
  expect(judgeKey({ ...life, revokedAt: 1 }, bad, 50)).toBe('revoked');
  expect(judgeKey(life, bad, 50)).toBe('expired');
  expect(judgeKey(life, null, 5)).toBe('revoked');
  expect(judgeKey(life, bad, 5)).toBe('revoked');
  expect(judgeKey(life, { ...bad, isGone: false }, 5)).toBe('suspended');
  expect(judgeKey(life, { ...holder, isFromAllowed: false }, 5)).toBe('address');
});

test('[APP-3] a replaced key goes on for at most thirty days, and never beyond its own end', () => {
  expect(latestEndOfOverlap(key(), at(10))).toBe(at(40));
  expect(latestEndOfOverlap(key(), at(75))).toBe(at(90));
  expect(latestEndOfOverlap(key({ expiresAt: at(1000) }), at(350))).toBe(at(365));
});
