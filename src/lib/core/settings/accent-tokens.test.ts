import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { channels, READABLE } from './accent';
import { accentTokens, contrast, SHIPPED_ACCENT } from './accent-tokens';

const SURFACE = { light: channels('#ffffff'), dark: channels('#151a18') };
const COLOURS = ['#0b6a56', '#000000', '#ffffff', '#ffee00', '#1d5bb8', '#b3261e', '#808080', '#00ff00'];

describe.each(['light', 'dark'] as const)('[SET-1] an accent in %s', (theme) => {
  test.each(COLOURS)('%s can be read, and so can what stands on it', (colour) => {
    const worn = accentTokens(colour)[theme];
    const at = (name: keyof typeof worn) => channels(worn[name]);
    expect(contrast(at('accent'), SURFACE[theme])).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(at('accent-text'), SURFACE[theme])).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(at('accent-text'), at('accent-soft'))).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(at('on-accent'), at('accent'))).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(at('on-accent'), at('accent-hover'))).toBeGreaterThanOrEqual(READABLE);
  });
});

test('[SET-1] a colour that can be read already stays as it is in the light theme', () => {
  expect(accentTokens('#1d5bb8').light.accent).toBe('#1d5bb8');
  expect(accentTokens('#1d5bb8').light['on-accent']).toBe('#ffffff');
});

test('[SET-1] chosen rows wear the accent, too, and text on them can be read', () => {
  const purple = accentTokens('#7a1fa2');
  expect(purple.light.selected).not.toBe(accentTokens('#0b6a56').light.selected);
  for (const [theme, ink] of [
    ['light', '#626b65'],
    ['dark', '#939d97']
  ] as const)
    expect(contrast(channels(purple[theme].selected), channels(ink))).toBeGreaterThanOrEqual(4.5);
});

test('[SET-1] the accent that ships is the one of the design', () => {
  const css = readFileSync(new URL('../../../tokens.css', import.meta.url), 'utf8');
  for (const [theme, nth] of [
    ['light', 0],
    ['dark', 1]
  ] as const)
    for (const [name, value] of Object.entries(SHIPPED_ACCENT[theme]))
      expect([...css.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6});`, 'g'))][nth]?.[1]).toBe(value);
});
