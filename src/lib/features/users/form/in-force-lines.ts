import { COUNTS, type CountId, type PackageCounts } from '$lib/core/packages/counts';
import {
  allowsMore,
  CAPS,
  userCap,
  type CapId,
  type CapLimit,
  type CapSetting,
  type CapSettings
} from '$lib/core/quotas/caps';
import type { KnownPlatform } from '$lib/shared/quotas/people-caps';
import { counted } from '$lib/ui/counted';

/** Facts about the chosen package. */
export type KnownPackage = { name: string; caps: CapSettings; counts: PackageCounts };

/** Entry in a row of the form; undefined when it cannot be read, or may not be given. */
export type Typed = CapSetting | undefined;

/** A cap or count as it will be in force, and why (QUO-1). */
export type InForceLine = {
  id: CapId | CountId;
  label: string;
  /** "45,000", "No limit"; null: what is typed is not valid, or it is not known here. */
  value: string | null;
  valid: boolean;
  /** Source of the value: "Own", "Package Growth", "Platform". */
  source: string;
  own: boolean;
  /** Value that the package would give in its place; null when there is no other. */
  replaced: string | null;
  /** Further facts: "platform 250,000". */
  notes: readonly string[];
};

type Given = {
  typed: (key: `caps.${CapId}` | `counts.${CountId}`) => Typed;
  /** Null: none is chosen, or it is not known here. */
  of: KnownPackage | null;
  platform: KnownPlatform;
};

const words = (limit: CapLimit) => (limit === 'unlimited' ? 'No limit' : counted(limit));

/** Caps, then counts, as they will be in force with what is typed. */
export function inForceLines(given: Given): InForceLine[] {
  return [
    ...CAPS.map(({ id, label }) => capLine(id, label, given)),
    ...COUNTS.map(({ id, label }) => countLine(id, label, given))
  ];
}

function capLine(id: CapId, label: string, { typed, of, platform }: Given): InForceLine {
  const own = typed(`caps.${id}`);
  const ceiling = platform[id];
  const ofPackage = of?.caps[id] ?? 'inherit';
  const limitNote = (source: string) =>
    ceiling === null || ceiling === 'unlimited' || source === 'platform'
      ? []
      : [`platform ${counted(ceiling)}`];
  const isOwn = own === undefined || own !== 'inherit';
  const head = { id, label, own: isOwn, replaced: isOwn ? packageWords(ofPackage, own) : null };
  if (own === undefined)
    return { ...head, value: null, valid: false, source: 'Own', notes: limitNote('user') };
  const { limit, source } = userCap(ceiling ?? 'unlimited', ofPackage, own);
  const said = {
    user: 'Own',
    package: of ? `Package ${of.name}` : 'Package',
    platform: 'Platform'
  }[source];
  // What the platform gives may not be for whoever looks to see.
  const value = ceiling === null && source === 'platform' ? null : words(limit);
  const notes = [...limitNote(source), ...(id === 'monthly' ? daysNote(limit, { typed, of, platform }) : [])];
  return { ...head, own: source === 'user', value, valid: true, source: said, notes };
}

function packageWords(ofPackage: CapSetting, own: Typed): string | null {
  return ofPackage === 'inherit' || ofPackage === own ? null : words(ofPackage);
}

/** "reached in 13 days at 45,000 a day": where a month ends before its last day. */
function daysNote(month: CapLimit, { typed, of, platform }: Given): string[] {
  const own = typed('caps.daily');
  if (month === 'unlimited' || own === undefined) return [];
  const { limit: day } = userCap(platform.daily ?? 'unlimited', of?.caps.daily ?? 'inherit', own);
  if (day === 'unlimited' || day === 0 || month / day >= 28) return [];
  return [`reached in ${counted(Math.max(1, Math.floor(month / day)))} days at ${counted(day)} a day`];
}

function countLine(id: CountId, label: string, { typed, of }: Given): InForceLine {
  const own = typed(`counts.${id}`);
  const given = of?.counts[id] ?? null;
  const isOwn = own !== 'inherit';
  const head = { id, label, own: isOwn, notes: [] };
  if (own === undefined)
    return {
      ...head,
      value: null,
      valid: false,
      source: 'Own',
      replaced: given === null ? null : words(given)
    };
  if (own !== 'inherit') {
    const replaced = given === null || given === own ? null : words(given);
    return { ...head, value: words(own), valid: true, source: 'Own', replaced };
  }
  const source = of ? `Package ${of.name}` : 'Package';
  return { ...head, value: given === null ? null : words(given), valid: true, source, replaced: null };
}

/** "5 caps rise, none falls. The own daily limit stays.": what another package does; null: nothing. */
export function packageChange(
  from: KnownPackage,
  to: KnownPackage,
  { typed, platform }: Omit<Given, 'of'>
): string {
  const all = [
    ...CAPS.map(({ id, label }) => {
      const limit = (setting: CapSetting) => userCap(platform[id] ?? 'unlimited', setting, 'inherit').limit;
      return { label, own: typed(`caps.${id}`), old: limit(from.caps[id]), next: limit(to.caps[id]) };
    }),
    ...COUNTS.map(({ id, label }) => {
      return { label, own: typed(`counts.${id}`), old: from.counts[id], next: to.counts[id] };
    })
  ];
  const moved = all.filter(({ own }) => own === 'inherit');
  const rise = moved.filter(({ old, next }) => allowsMore(next, old)).length;
  const fall = moved.filter(({ old, next }) => allowsMore(old, next)).length;
  const kept = all.filter(({ own, old, next }) => own !== 'inherit' && old !== next);
  return [moves(rise, fall), keeps(kept.map(({ label }) => label.toLowerCase()))].filter(Boolean).join(' ');
}

function moves(rise: number, fall: number): string {
  if (rise === 0 && fall === 0) return 'no limit changes.';
  const limits = (count: number) => (count === 1 ? '1 limit' : `${count} limits`);
  if (fall === 0) return `${limits(rise)} ${rise === 1 ? 'rises' : 'rise'}, none falls.`;
  if (rise === 0) return `${limits(fall)} ${fall === 1 ? 'falls' : 'fall'}, none rises.`;
  return `${limits(rise)} ${rise === 1 ? 'rises' : 'rise'}, ${fall} ${fall === 1 ? 'falls' : 'fall'}.`;
}

function keeps(labels: readonly string[]): string {
  if (labels.length === 0) return '';
  if (labels.length === 1) return `The own ${labels[0]} stays.`;
  return `${labels.length} own limits stay.`;
}
