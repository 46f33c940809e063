import {
  allowsMore,
  CAPS,
  type CapId,
  type CapLimit,
  type CapSetting,
  type CapSettings
} from '$lib/core/quotas/caps';
import type { ShownCaps } from '$lib/core/quotas/shown-caps';
import { counted } from '$lib/ui/counted';

/** Somebody's own caps and what they come to: of oneself from `me.get`, of others from `administrators.get`. */
export type KnownCaps = { caps: CapSettings | null; bindingCaps?: ShownCaps | null | undefined };

/** Platform caps for those who inherit; null for a cap where somebody's own hides it. */
export type KnownPlatform = Record<CapId, CapLimit | null>;

/** Reads the platform's defaults off the caps of people whom one sees: where they inherit, it shows through. */
export function knownPlatform(...people: readonly (KnownCaps | null)[]): KnownPlatform {
  const known = CAPS.map(({ id }) => {
    const seen = people.find((person) => person?.bindingCaps?.[id]?.source === 'platform');
    return [id, seen?.bindingCaps?.[id]?.limit ?? null] as const;
  });
  return Object.fromEntries(known) as KnownPlatform;
}

/**
 * Limit of the giver that a setting exceeds: nobody may give what they may not send themselves (ACC-4); null when it
 * may be given.
 */
export function aboveOwn(giver: KnownCaps, id: CapId, setting: CapSetting): CapLimit | null {
  const limit = giver.bindingCaps?.[id]?.limit;
  if (limit === undefined || setting === 'inherit') return null;
  return allowsMore(setting, limit) ? limit : null;
}

/** "40,000", "no limit". */
export function limitWords(limit: CapLimit): string {
  return limit === 'unlimited' ? 'no limit' : counted(limit);
}
