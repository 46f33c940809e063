import { capSetting, type CapEntries } from '$lib/client/cap-entry';

const HOURS = { hourly: 1, daily: 24, monthly: 24 * 30 } as const;
const SPANS = { hourly: 'an hour', daily: 'a day', monthly: 'a month' } as const;

/** "Petra" of "Petra Novotná"; "This person" before there is a name. */
export function firstNameOf(name: string): string {
  return name.trim().split(/\s+/u)[0] || 'This person';
}

/** The cap that binds first, in a sentence (QUO-1); null when none is a number. */
export function tightestCap(entries: CapEntries, who: string): string | null {
  const set = (['hourly', 'daily', 'monthly'] as const).flatMap((id) => {
    const setting = capSetting(entries[id]);
    return typeof setting === 'number' ? [{ id, value: setting, pace: setting / HOURS[id] }] : [];
  });
  const [first] = set.sort((a, b) => a.pace - b.pace);
  return first
    ? `The smallest cap wins. ${who} can send at most ${first.value.toLocaleString()} ${SPANS[first.id]}.`
    : null;
}
