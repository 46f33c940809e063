import type { Actor } from '../access/access';
import { bindingCaps, CAPS, type BindingCap, type CapId, type CapSettings, type PlatformCaps } from './caps';

/**
 * Caps in force as somebody may see them: null where the platform's own value binds, which takes a permission of
 * its own.
 */
export type ShownCaps = Record<CapId, BindingCap | null>;

/** Permission to see one's own caps. */
export const SEE_OWN_CAPS = 'quotas.admin_quota.view_own';
/** Permission to see the caps of another administrator. */
export const SEE_CAPS = 'quotas.admin_quota.view_all';
/** Permission to see the platform's own values. */
export const SEE_PLATFORM_CAPS = 'quotas.platform_quota.view';

/** The caps of one administrator as `viewer` may see them; one's own are one's own to see. */
export function shownCaps(
  viewer: Pick<Actor, 'id' | 'permissions'>,
  id: string,
  platform: PlatformCaps,
  caps: CapSettings
): { caps: CapSettings | null; bindingCaps: ShownCaps | null } {
  const own = viewer.id === id;
  if (!own && !viewer.permissions.has(SEE_CAPS)) return { caps: null, bindingCaps: null };
  const binding = bindingCaps(platform, caps);
  if (own || viewer.permissions.has(SEE_PLATFORM_CAPS)) return { caps, bindingCaps: binding };
  const shown = CAPS.map(({ id: cap }) => [cap, binding[cap].source === 'platform' ? null : binding[cap]]);
  return { caps, bindingCaps: Object.fromEntries(shown) as ShownCaps };
}
