import { describe, expect, test } from 'vitest';
import { capSetting, capSettings, emptyCaps } from './cap-entry';

const typed = (text: string) => capSetting({ on: true, unlimited: false, text });

describe('[ADM-2] a cap in the form', () => {
  test('inherits while it is off, whatever was typed', () =>
    expect(capSetting({ on: false, unlimited: true, text: '12' })).toBe('inherit'));

  test('a cap in the form is unlimited where that is pressed', () =>
    expect(capSetting({ on: true, unlimited: true, text: 'x' })).toBe('unlimited'));

  test.each([
    ['0', 0],
    ['10000', 10_000],
    ['10,000', 10_000],
    ['10 000', 10_000],
    ['1.000.000', 1_000_000],
    ["1'000", 1000],
    ['1000000000000', 1e12]
  ])('a cap is read from %j', (text, value) => expect(typed(text)).toBe(value));

  test.each(['', '-1', '10.5', '1,00', '1,000.000', '1e3', 'many', '1000000000001'])(
    'no cap is read from %j',
    (text) => expect(typed(text)).toBeNull()
  );

  test('only what does not inherit is sent; one that cannot be read stops all', () => {
    const caps = emptyCaps();
    caps.daily = { on: true, unlimited: false, text: '10,000' };
    expect(capSettings(caps)).toEqual({ daily: 10_000 });
    caps.hourly = { on: true, unlimited: false, text: '' };
    expect(capSettings(caps)).toBeNull();
  });
});
