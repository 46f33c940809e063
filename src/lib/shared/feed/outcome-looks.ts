import Ban from '@lucide/svelte/icons/ban';
import KeyRound from '@lucide/svelte/icons/key-round';
import LogIn from '@lucide/svelte/icons/log-in';
import LogOut from '@lucide/svelte/icons/log-out';
import X from '@lucide/svelte/icons/x';
import type { FeedOutcome } from './feed-entry';
import type { IconComponent } from '$lib/ui/icon-component';

/** Name, icon and shape of every outcome. */
export const outcomeLooks: Record<FeedOutcome, { name: string; icon: IconComponent; look: string }> = {
  ok: { name: 'Success', icon: LogIn, look: 'rounded-full bg-ok-soft text-ok' },
  ended: { name: 'Ended', icon: LogOut, look: 'rounded-full bg-read-soft text-read' },
  security: { name: 'Security', icon: KeyRound, look: 'rounded-[5px] bg-write-soft text-write' },
  failed: { name: 'Failed', icon: X, look: 'rounded-[5px] bg-destroy-fill text-on-destroy' },
  denied: { name: 'Denied', icon: Ban, look: 'rounded-[5px] bg-destroy-soft text-destroy' }
};
