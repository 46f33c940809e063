/** The send caps of an administrator (ADM-2). A list, so that another can be added in one place. */
export const CAPS = [
  { id: 'hourly', label: 'Hourly rate', unit: 'messages per hour' },
  { id: 'daily', label: 'Daily limit', unit: 'messages per day' },
  { id: 'monthly', label: 'Monthly limit', unit: 'messages per month' },
  { id: 'threads', label: 'Maximum threads', unit: 'parallel connections' }
] as const;

export type CapId = (typeof CAPS)[number]['id'];

/** `inherit` follows the platform default; a number is a limit in the cap's unit. */
export type CapSetting = 'inherit' | 'unlimited' | number;

export type CapSettings = Record<CapId, CapSetting>;

/** Caps of somebody for whom nothing was set. */
export function inheritAll(): CapSettings {
  return { hourly: 'inherit', daily: 'inherit', monthly: 'inherit', threads: 'inherit' };
}

/** Caps of somebody who may give nobody anything to send. */
export function nothingToGive(): CapSettings {
  return { hourly: 0, daily: 0, monthly: 0, threads: 0 };
}

/** A limit that is in force: a number in the cap's unit, or none. */
export type CapLimit = 'unlimited' | number;

/** Caps that the installation sets for everybody. */
export type PlatformCaps = Record<CapId, CapLimit>;

/** A limit in force and where it comes from (QUO-1). */
export type BindingCap = { limit: CapLimit; source: 'platform' | 'administrator' };

export type BindingCaps = Record<CapId, BindingCap>;

/** True when `a` allows more than `b`. */
export function allowsMore(a: CapLimit, b: CapLimit): boolean {
  if (b === 'unlimited') return false;
  return a === 'unlimited' || a > b;
}

/** The cap in force: the smallest that applies (QUO-1). */
export function bindingCap(platform: CapLimit, own: CapSetting): BindingCap {
  if (own === 'inherit' || allowsMore(own, platform)) return { limit: platform, source: 'platform' };
  return { limit: own, source: own === platform ? 'platform' : 'administrator' };
}

/** A limit in force for a user: its own, else its package's, never above the platform's. */
export type UserCap = { limit: CapLimit; source: 'platform' | 'package' | 'user' };

/**
 * The caps that are set for a user: its own where it has one, and its package's. What both leave open is the
 * platform's.
 */
export function settingsOfUser(ofPackage: CapSettings, own: CapSettings): CapSettings {
  return Object.fromEntries(
    CAPS.map(({ id }) => [id, own[id] === 'inherit' ? ofPackage[id] : own[id]])
  ) as CapSettings;
}

/** The cap in force for a user (TEN-2); of equal ones the platform's, which nobody below can raise. */
export function userCap(platform: CapLimit, ofPackage: CapSetting, own: CapSetting): UserCap {
  const inherits = own === 'inherit';
  const { limit, source } = bindingCap(platform, inherits ? ofPackage : own);
  return { limit, source: source === 'platform' ? source : inherits ? 'package' : 'user' };
}

/** All caps in force for somebody. */
export function bindingCaps(platform: PlatformCaps, own: CapSettings): BindingCaps {
  return Object.fromEntries(CAPS.map(({ id }) => [id, bindingCap(platform[id], own[id])])) as BindingCaps;
}

/**
 * The first cap that would let somebody send more than `giver` may (ACC-4, E5); null when there is none. `inherit`
 * counts as the platform's default.
 */
export function capAbove(
  platform: PlatformCaps,
  giver: CapSettings,
  given: Partial<CapSettings>
): { cap: CapId; limit: CapLimit } | null {
  for (const { id } of CAPS) {
    const setting = given[id];
    if (setting === undefined) continue;
    const { limit } = bindingCap(platform[id], giver[id]);
    // What is written counts, not what it comes to: the platform's default may be raised later.
    const wanted = setting === 'inherit' ? platform[id] : setting;
    if (allowsMore(wanted, limit)) return { cap: id, limit };
  }
  return null;
}
