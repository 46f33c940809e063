import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { twoFactorDemand, type TwoFactorRule, type TwoFactorRules, type TwoFactorSource } from './two-factor';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const at = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
const OFF: TwoFactorRule = { required: false, from: null };
const ON: TwoFactorRule = { required: true, from: null };
const from = (hours: number): TwoFactorRule => ({ required: true, from: at(hours) });
const rules = (change: Partial<TwoFactorRules>): TwoFactorRules => ({
  platform: OFF,
  role: OFF,
  administrator: OFF,
  ...change
});

describe('[AUT-2] what is asked as a second factor', () => {
  test.each<[string, Partial<TwoFactorRules>, boolean, TwoFactorSource[], Date | null]>([
    ['nobody asks', {}, false, [], null],
    ['the platform asks', { platform: ON }, true, ['platform'], null],
    ['the role asks', { role: ON }, true, ['role'], null],
    ['the record asks', { administrator: ON }, true, ['administrator'], null],
    [
      'all ask',
      { platform: ON, role: ON, administrator: ON },
      true,
      ['platform', 'role', 'administrator'],
      null
    ],
    ['from a moment that has passed', { role: from(-1) }, true, ['role'], null],
    ['from this very moment', { role: from(0) }, true, ['role'], null],
    ['from a moment to come', { role: from(1) }, false, ['role'], at(1)],
    ['from two moments to come', { role: from(9), platform: from(2) }, false, ['platform', 'role'], at(2)],
    ['now, and from a moment to come', { role: from(9), administrator: ON }, true, ['administrator'], null],
    // A moment without a requirement is left over from an earlier one.
    ['a moment, but nothing asked', { role: { required: false, from: at(-1) } }, false, [], null]
  ])('%s', (_, change, required, sources, begins) => {
    expect(twoFactorDemand(rules(change), NOW)).toEqual({ required, sources, from: begins });
  });

  const rule = fc.record({
    required: fc.boolean(),
    from: fc.option(fc.integer({ min: -50, max: 50 }).map(at), { nil: null })
  });
  const all = fc.record({ platform: rule, role: rule, administrator: rule });

  test('grows with every further rule and with time, and never shrinks by itself', () => {
    fc.assert(
      fc.property(
        all,
        fc.constantFrom('platform', 'role', 'administrator'),
        fc.nat(99),
        (given, source, later) => {
          const demand = twoFactorDemand(given, NOW);
          expect(twoFactorDemand({ ...given, [source]: ON }, NOW).required).toBe(true);
          if (demand.required) expect(twoFactorDemand(given, at(later)).required).toBe(true);
        }
      )
    );
  });

  test('a demand for a second factor begins exactly when it says', () => {
    fc.assert(
      fc.property(all, (given) => {
        const { from: begins, required } = twoFactorDemand(given, NOW);
        if (begins === null) return;
        expect(required).toBe(false);
        expect(twoFactorDemand(given, new Date(begins.getTime() - 1)).required).toBe(false);
        expect(twoFactorDemand(given, begins).required).toBe(true);
      })
    );
  });
});
