import { describe, expect, test } from 'vitest';
import { SHIPPED_SETTINGS } from '../settings/settings';
import { SEE_CAPS, SEE_PLATFORM_CAPS, shownCaps } from './shown-caps';

const platform = { ...SHIPPED_SETTINGS.caps, daily: 4242 };
const caps = { hourly: 77, daily: 'inherit', monthly: 'inherit', threads: 'inherit' } as const;
const seenBy = (id: string, ...permissions: string[]) =>
  shownCaps({ id, permissions: new Set(permissions) }, 'ada', platform, caps);

describe('[ACC-6] caps are told to those who may see them', () => {
  test('not to who may see administrators alone, nor to who may see the platform’s alone', () => {
    const nothing = { caps: null, bindingCaps: null };
    expect(seenBy('vera', 'people.administrators.view')).toEqual(nothing);
    expect(seenBy('vera', SEE_PLATFORM_CAPS)).toEqual(nothing);
  });

  test('what the platform sets takes its own permission', () => {
    const shown = seenBy('vera', SEE_CAPS);
    expect(shown.caps).toEqual(caps);
    expect(shown.bindingCaps).toMatchObject({ hourly: { limit: 77, source: 'administrator' }, daily: null });
    expect(JSON.stringify(shown)).not.toContain('4242');
    expect(seenBy('vera', SEE_CAPS, SEE_PLATFORM_CAPS).bindingCaps?.daily).toEqual({
      limit: 4242,
      source: 'platform'
    });
  });

  test('one’s own are one’s own to see', () => {
    expect(seenBy('ada')).toMatchObject({ caps, bindingCaps: { daily: { limit: 4242 } } });
  });
});
