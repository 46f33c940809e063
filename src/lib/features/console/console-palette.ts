import { counted } from '$lib/ui/counted';
import CircleUserRound from '@lucide/svelte/icons/circle-user-round';
import KeyRound from '@lucide/svelte/icons/key-round';
import Download from '@lucide/svelte/icons/download';
import Building from '@lucide/svelte/icons/building';
import Package from '@lucide/svelte/icons/package';
import Plug from '@lucide/svelte/icons/plug';
import Settings2 from '@lucide/svelte/icons/settings-2';
import UserPlus from '@lucide/svelte/icons/user-plus';
import UserRound from '@lucide/svelte/icons/user-round';
import { SECTION_READ_PERMISSION, type SettingsSection } from '$lib/core/settings/settings';
import { SECTION_WORDS } from '$lib/shared/words/settings-words';
import type { Directory } from '$lib/shared/indexes/directory.svelte';
import type { RoleIndex } from '$lib/shared/indexes/role-index.svelte';
import type { Tenants } from '$lib/shared/indexes/tenants.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import type { NavSection } from './navigation';
import type { PaletteGroup, PaletteItem } from './palette-items';
import { pageItems, permissionItems, printItem, signOutItem, themeItems } from './palette-parts';

type Options = {
  session: Session;
  roleIndex: RoleIndex;
  directory: Directory;
  tenants: Tenants;
  sections: readonly NavSection[];
  navigate: (path: string) => void;
  signOut: () => void;
};

/** Other names that people use for the sections of the settings. */
const SECTION_SYNONYMS: Record<SettingsSection, readonly string[]> = {
  branding: ['logo', 'colour', 'accent', 'brand', 'white label', 'theme colour'],
  general: ['timezone', 'clock', 'region'],
  caps: ['limits', 'quota', 'rate', 'throttle'],
  sending: ['platform total', 'smooth', 'watch only', 'shadow', 'unknown senders', 'postfix'],
  alerts: ['thresholds', 'notify', 'percent', 'warnings'],
  twoFactor: ['2fa', 'mfa', 'totp', 'authenticator', 'second factor'],
  passwords: ['password policy', 'length'],
  sessions: ['timeout', 'idle', 'sign out automatically', 'expiry'],
  keys: ['api key expiry', 'maximum lifetime', 'token'],
  retention: ['keep', 'delete old entries', 'audit log retention'],
  mail: ['smtp', 'email', 'mail server', 'notifications']
};

/**
 * Everything the palette finds: roles, people, permissions, pages and verbs, each only where one may.
 * In one piece: the entries of one list, in its order.
 */
export function consolePalette({
  session,
  roleIndex,
  directory,
  tenants,
  sections,
  navigate,
  signOut
}: Options): PaletteGroup[] {
  const go = (path: string) => () => navigate(path);
  const pages = pageItems(sections, navigate);
  pages.push({ id: 'page:/account', label: 'My account', icon: CircleUserRound, run: go('/account') });

  const verbs: PaletteItem[] = [];
  if (session.can('people.administrators.add'))
    verbs.push({
      id: 'verb:add',
      label: 'Add administrator',
      icon: UserPlus,
      keywords: ['new', 'create', 'invite'],
      run: go('/administrators/new')
    });
  if (session.can('people.roles.add'))
    verbs.push({
      id: 'verb:role',
      label: 'New role',
      icon: KeyRound,
      keywords: ['add', 'create'],
      run: go('/roles?new=1')
    });
  if (session.can('tenants.user_roles.add'))
    verbs.push({
      id: 'verb:user-role',
      label: 'New user role',
      icon: KeyRound,
      keywords: ['add', 'create', 'client', 'tenant'],
      run: go('/roles?for=users&new=1')
    });
  if (session.can('people.api_keys.create'))
    verbs.push({
      id: 'verb:application',
      label: 'New application',
      icon: Plug,
      keywords: ['add', 'create', 'key', 'API', 'token'],
      run: go('/applications?new=1')
    });
  if (session.can('tenants.users.add') && session.mayRead('packages'))
    verbs.push({
      id: 'verb:user',
      label: 'Add user',
      icon: Building,
      keywords: ['new', 'create', 'tenant', 'client', 'customer'],
      run: go('/users/new')
    });
  if (session.can('tenants.packages.add'))
    verbs.push({
      id: 'verb:package',
      label: 'New package',
      icon: Package,
      keywords: ['add', 'create', 'plan', 'tier'],
      run: go('/packages/new')
    });
  verbs.push(printItem(), signOutItem(signOut), ...themeItems());
  if (session.can('tools.activity_log.export') && session.can('tools.activity_log.view'))
    verbs.push({
      id: 'verb:export-log',
      label: 'Export the activity log',
      icon: Download,
      keywords: ['download', 'csv', 'audit'],
      run: go('/logs/activity')
    });
  const people = directory.people?.list.all() ?? [];
  const present = people.filter(({ status }) => status !== 'deactivated');
  return [
    { heading: 'Pages', items: pages },
    { heading: 'Do', items: verbs },
    {
      heading: 'Settings',
      items: SECTION_WORDS.filter(({ section }) => session.can(SECTION_READ_PERMISSION[section])).map(
        ({ section, title, text }) => ({
          id: `settings:${section}`,
          label: title,
          hint: 'Settings',
          icon: Settings2,
          keywords: [...SECTION_SYNONYMS[section], text],
          run: go(`/settings#${section}`)
        })
      )
    },
    {
      heading: 'Roles',
      items: roleIndex.all().map((role) => ({
        id: `role:${role.id}`,
        label: role.name,
        hint: role.members === 1 ? '1 member' : `${counted(role.members)} members`,
        icon: KeyRound,
        run: go(`/roles/${role.id}`)
      }))
    },
    {
      heading: 'People',
      items: present.map((person) => ({
        id: `person:${person.id}`,
        label: person.name,
        hint: person.email,
        icon: UserRound,
        keywords: [person.email],
        run: go(`/administrators/${person.id}`)
      }))
    },
    {
      heading: 'Users',
      items: (tenants.users?.list.all() ?? []).map((user) => ({
        id: `user:${user.id}`,
        label: user.name,
        hint: user.email,
        icon: Building,
        keywords: [user.email, user.packageName],
        run: go(`/users/${user.id}`)
      }))
    },
    {
      heading: 'Packages',
      items: (tenants.packages?.list.all() ?? []).map((each) => ({
        id: `package:${each.id}`,
        label: each.name,
        hint: each.users === 1 ? '1 user' : `${counted(each.users)} users`,
        icon: Package,
        run: go(`/packages/${each.id}`)
      }))
    },
    { heading: 'Your permissions', items: permissionItems(session, navigate) }
  ];
}
