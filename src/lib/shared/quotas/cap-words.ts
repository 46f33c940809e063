import { capSetting, type CapEntries } from './cap-entry';
import type { KnownPlatform } from './people-caps';
import { allowsMore, CAPS, type BindingCap } from '$lib/core/quotas/caps';
import { counted } from '$lib/ui/counted';

const HOURS = { hourly: 1, daily: 24, monthly: 24 * 30 } as const;
const SPANS = { hourly: 'an hour', daily: 'a day', monthly: 'a month' } as const;

/** "Petra" of "Petra Novotná"; "This person" before there is a name. */
export function firstNameOf(name: string): string {
  return name.trim().split(/\s+/u)[0] || 'This person';
}

/**
 * The cap that binds first, in a sentence (QUO-1); null when none is set here. A limit of the platform that is smaller
 * than the one set wins over it.
 */
export function tightestCap(entries: CapEntries, platform: KnownPlatform, who: string): string | null {
  const own = CAPS.map(({ id }) => capSetting(entries[id]));
  if (own.every((setting) => setting === 'inherit' || setting === null)) return null;
  const set = (['hourly', 'daily', 'monthly'] as const).flatMap((id) => {
    const setting = capSetting(entries[id]) ?? 'inherit';
    const given = platform[id] ?? 'unlimited';
    const limit = setting === 'inherit' || allowsMore(setting, given) ? given : setting;
    return typeof limit === 'number' ? [{ id, limit, pace: limit / HOURS[id] }] : [];
  });
  const [first] = set.sort((a, b) => a.pace - b.pace);
  return first
    ? `The lowest cap applies. ${who} can send at most ${counted(first.limit)} ${SPANS[first.id]}.`
    : null;
}

/** Source of a cap in force. */
export function capSource({ source }: BindingCap): string {
  return source === 'platform' ? 'Platform default' : 'This administrator';
}
