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
import type { IconComponent } from '$lib/ui/icon-component';

export type NavEntry = {
  href: string;
  label: string;
  icon: IconComponent;
  /** A page that the person may not see is absent, not disabled. */
  visible: boolean;
  /** Number of items, in grey. */
  count?: number;
  /** Number of items that need the person, in amber; 0 shows nothing. */
  badge?: number;
  /** Shorter name in the phone's bottom bar; an entry without one goes under *More*. */
  tab?: string;
  /** The address that also counts as here, such as "/logs" for the Logs tab. */
  under?: string;
  /** Only the page itself counts as here, not what lies under it. */
  exact?: boolean;
};

export type NavSection = { heading?: string; entries: readonly NavEntry[] };

/** Facts that decide which pages are there, and the numbers beside them. */
export type NavFacts = {
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

/** The console's navigation in its fixed order. */
export function consoleNavigation(facts: NavFacts): NavSection[] {
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

/** True if `path` is the entry's page or lies under it. */
export function isHere(
  { href, exact = href === '/' }: Pick<NavEntry, 'href' | 'exact'>,
  path: string
): boolean {
  return exact ? path === href : path === href || path.startsWith(`${href}/`);
}

/** The entries that the person may see, without empty sections. */
export function visibleSections(sections: readonly NavSection[]): NavSection[] {
  return sections
    .map((section) => ({ ...section, entries: section.entries.filter((entry) => entry.visible) }))
    .filter((section) => section.entries.length > 0);
}
