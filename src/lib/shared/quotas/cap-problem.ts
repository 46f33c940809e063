import type { CapId, CapLimit } from '$lib/core/quotas/caps';
import { limitWords, type KnownCaps } from './people-caps';

/** Reason nobody may be given more than this (ACC-4): what binds whoever gives is the platform's cap, or their own. */
export function aboveOwnWords(limit: CapLimit, giver: KnownCaps, cap: CapId): string {
  return giver.bindingCaps?.[cap]?.source === 'platform'
    ? `The platform allows at most ${limitWords(limit)}.`
    : `At most ${limitWords(limit)}: you can’t give more than your own cap.`;
}
