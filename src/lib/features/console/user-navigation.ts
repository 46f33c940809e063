import Bell from '@lucide/svelte/icons/bell';
import CircleUserRound from '@lucide/svelte/icons/circle-user-round';
import House from '@lucide/svelte/icons/house';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import { ACCOUNT_PAGE } from './me';
import type { NavSection } from './navigation';

const NOTICES_PAGE = '/account/notices';
/**
 * The pages of a user's console. Every other address of the console is staff's, and for a user it is not there
 * (TEN-3).
 */
const ROOMS: readonly string[] = ['/', '/logs', ACCOUNT_PAGE, NOTICES_PAGE];

export function isRoomOfUsers(path: string): boolean {
  return ROOMS.includes(path);
}

type Facts = {
  /** It takes a permission to see any of one's own log. */
  log: { visible: boolean };
  /** Number of unread notices. */
  notices: { badge: number };
};

/** The navigation of a user's own console (TEN-5). */
export function userNavigation({ log, notices }: Facts): NavSection[] {
  return [
    {
      entries: [
        { href: '/', label: 'Overview', icon: House, visible: true, tab: 'Overview' },
        { href: '/logs', label: 'Log', icon: ScrollText, tab: 'Log', ...log },
        {
          ...{ href: ACCOUNT_PAGE, label: 'Account', icon: CircleUserRound, visible: true },
          ...{ tab: 'Account', exact: true }
        },
        { href: NOTICES_PAGE, label: 'Notices', icon: Bell, visible: true, ...notices }
      ]
    }
  ];
}
