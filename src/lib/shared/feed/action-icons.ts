import ArrowRightLeft from '@lucide/svelte/icons/arrow-right-left';
import Crown from '@lucide/svelte/icons/crown';
import KeyRound from '@lucide/svelte/icons/key-round';
import LockKeyhole from '@lucide/svelte/icons/lock-keyhole';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Server from '@lucide/svelte/icons/server';
import Settings2 from '@lucide/svelte/icons/settings-2';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';
import UserPlus from '@lucide/svelte/icons/user-plus';
import UserRoundPen from '@lucide/svelte/icons/user-round-pen';
import type { IconComponent } from '$lib/ui/icon-component';
import type { ActionShape } from './action-shape';

/** The icon of what an entry is about. */
export const ACTION_ICONS: Record<ActionShape, IconComponent> = {
  joined: UserPlus,
  person: UserRoundPen,
  owner: Crown,
  role: SlidersHorizontal,
  handover: ArrowRightLeft,
  setting: Settings2,
  key: KeyRound,
  log: ScrollText,
  system: Server,
  credential: LockKeyhole
};
