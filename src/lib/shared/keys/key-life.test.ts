import { expect, test } from 'vitest';
import { MOST_KEY_DAYS } from '$lib/core/applications/keys';
import { expiryAfter, expiryChoices, keyState, usualExpiry, works, type ShownKeyLife } from './key-life';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-29T12:00:00.000Z');
const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();
const key = (change: Partial<ShownKeyLife> = {}): ShownKeyLife => ({
  createdAt: at(-10),
  expiresAt: at(80),
  retiresAt: null,
  state: 'active',
  ...change
});

test.each([
  ['active', key(), 'active'],
  ['beside its successor', key({ retiresAt: at(1) }), 'replaced'],
  ['its overlap ended since the server spoke', key({ retiresAt: at(-0.01) }), 'rotated'],
  ['it expired since the server spoke', key({ expiresAt: at(-0.01) }), 'expired'],
  ['expired before its overlap was over', key({ expiresAt: at(-1), retiresAt: at(1) }), 'expired'],
  ['revoked, whatever its times say', key({ state: 'revoked', retiresAt: at(1) }), 'revoked']
] as const)('[APP-3] [APP-4] a key on screen is what it is now: %s', (_, given, state) => {
  expect(keyState(given, NOW)).toBe(state);
  expect(works(state)).toBe(state === 'active' || state === 'replaced');
});

test('[APP-2] a key lives as long as was chosen, to the last hour', () => {
  for (const { value } of expiryChoices(MOST_KEY_DAYS))
    expect(expiryAfter(value, NOW)).toBe(at(Number(value)));
});

test.each([
  [MOST_KEY_DAYS, '7 days, 30 days, 90 days, 1 year', '90'],
  [90, '7 days, 30 days, 90 days', '90'],
  [60, '7 days, 30 days, 60 days', '60'],
  [1, '1 day', '1']
])('[APP-2] where %i days are allowed, a new key may live %s', (most, labels, usual) => {
  const choices = expiryChoices(most);
  expect(choices.map(({ label }) => label).join(', ')).toBe(labels);
  expect(usualExpiry(most)).toBe(usual);
  expect(choices.map(({ value }) => value)).toContain(usual);
});
