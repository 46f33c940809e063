import { expect, test } from 'vitest';
import { inheritAll, type CapLimit, type CapSetting } from './caps';
import { decideRaise } from './raises';

const now = new Date('2026-04-01T12:00:00.000Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

type Given = { platform?: CapLimit; giver?: CapSetting; own?: CapSetting; raised?: number };
const raise = (
  amount: number,
  days: number,
  { platform = 'unlimited', giver = 'inherit', own = 100, raised = 0 }: Given
) =>
  decideRaise(
    { cap: 'daily', amount, until: inDays(days) },
    {
      platform: { hourly: 'unlimited', daily: platform, monthly: 'unlimited', threads: 'unlimited' },
      giver: { ...inheritAll(), daily: giver },
      own: { ...inheritAll(), daily: own },
      raised,
      now
    }
  );

test.each<[string, number, number, Given, string | null]>([
  ['within all limits', 50, 1, {}, null],
  ['up to the last day', 50, 31, {}, null],
  ['longer than that', 50, 31.001, {}, 'until'],
  ['for no time', 50, 0, {}, 'until'],
  ['a cap that is none', 50, 1, { own: 'unlimited' }, 'cap'],
  ['up to the giver’s own cap', 50, 1, { giver: 150 }, null],
  ['above it', 51, 1, { giver: 150 }, 'access/cap-above-own'],
  ['above it in several steps', 1, 1, { giver: 150, raised: 50 }, 'access/cap-above-own'],
  ['above what the platform gives the giver', 51, 1, { platform: 150 }, 'access/cap-above-own']
])('[QUO-7] [ACC-4] a raise %s', (_, amount, days, given, expected) => {
  const refused = raise(amount, days, given);
  expect(refused && 'field' in refused ? refused.field : (refused?.code ?? null)).toBe(expected);
});
