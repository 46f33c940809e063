import Bell from '@lucide/svelte/icons/bell';
import Building from '@lucide/svelte/icons/building';
import Gauge from '@lucide/svelte/icons/gauge';
import House from '@lucide/svelte/icons/house';
import Inbox from '@lucide/svelte/icons/inbox';
import KeyRound from '@lucide/svelte/icons/key-round';
import LogIn from '@lucide/svelte/icons/log-in';
import Package from '@lucide/svelte/icons/package';
import Plug from '@lucide/svelte/icons/plug';
import Route from '@lucide/svelte/icons/route';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings2 from '@lucide/svelte/icons/settings-2';
import Users from '@lucide/svelte/icons/users';
import type { NavSection } from './navigation';

/** Facts that decide which pages are there, and the numbers beside them. */
type NavFacts = {
  administrators: { visible: boolean; count?: number };
  roles: { visible: boolean; count?: number };
  applications: { visible: boolean };
  access: { visible: boolean };
  sending: { visible: boolean };
  users: { visible: boolean; count?: number };
  packages: { visible: boolean; count?: number };
  authenticationLogs: { visible: boolean };
  activityLogs: { visible: boolean };
  notices: { visible: boolean; badge: number };
  settings: { visible: boolean };
  attention: { visible: boolean; count: number };
};

/** The navigation of the console of staff in its fixed order. */
export function staffNavigation(facts: NavFacts): NavSection[] {
  return [
    { entries: [{ href: '/', label: 'Home', icon: House, visible: true, tab: 'Home' }] },
    {
      heading: 'Staff',
      entries: [
        {
          href: '/administrators',
          label: 'Administrators',
          icon: Users,
          tab: 'People',
          ...facts.administrators
        },
        { href: '/roles', label: 'Roles', icon: KeyRound, tab: 'Roles', ...facts.roles },
        { href: '/applications', label: 'Applications', icon: Plug, ...facts.applications },
        { href: '/access', label: 'Access', icon: Route, ...facts.access }
      ]
    },
    {
      heading: 'Platform',
      entries: [
        { href: '/sending', label: 'Sending', icon: Gauge, ...facts.sending },
        { href: '/users', label: 'Users', icon: Building, ...facts.users },
        { href: '/packages', label: 'Packages', icon: Package, ...facts.packages }
      ]
    },
    {
      heading: 'Tools',
      entries: [
        {
          href: '/logs/authentication',
          label: 'Authentication logs',
          icon: LogIn,
          tab: 'Logs',
          under: '/logs',
          ...facts.authenticationLogs
        },
        { href: '/logs/activity', label: 'Activity logs', icon: ScrollText, ...facts.activityLogs }
      ]
    },
    {
      heading: 'Installation',
      entries: [
        { href: '/settings', label: 'Settings', icon: Settings2, ...facts.settings },
        { href: '/account/notices', label: 'Notices', icon: Bell, ...facts.notices },
        {
          href: '/attention',
          label: 'Needs attention',
          icon: Inbox,
          visible: facts.attention.visible,
          badge: facts.attention.count
        }
      ]
    }
  ];
}
