import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleOff from '@lucide/svelte/icons/circle-off';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import Copy from '@lucide/svelte/icons/copy';
import GitCompareArrows from '@lucide/svelte/icons/git-compare-arrows';
import History from '@lucide/svelte/icons/history';
import LogOut from '@lucide/svelte/icons/log-out';
import Printer from '@lucide/svelte/icons/printer';
import Pencil from '@lucide/svelte/icons/pencil';
import Redo2 from '@lucide/svelte/icons/redo-2';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Trash2 from '@lucide/svelte/icons/trash-2';
import Users from '@lucide/svelte/icons/users';
import type { MenuGroup } from '$lib/ui/menu-items';

/** Facts that the menu of a role needs, and its commands. */
export type RoleMenuFacts = {
  /** True on a phone, where the menu also holds what a desk has in its head and tabs. */
  phone: boolean;
  editable: boolean;
  /** `signOut` null: nobody signs in by it yet. */
  may: { require2fa: boolean; clone: boolean; signOut: boolean | null; delete: boolean };
  require2fa: boolean;
  canRedo: boolean;
  showsMembers: boolean;
  members: number;
  /** Addresses of the role's history and comparison; null for those who may not see them. */
  history: string | null;
  compare: string | null;
  do: Record<
    | 'checkAll'
    | 'clearAll'
    | 'redo'
    | 'toggle2fa'
    | 'date2fa'
    | 'toggleMembers'
    | 'rename'
    | 'print'
    | 'clone'
    | 'signOut'
    | 'delete',
    () => void
  >;
};

/** The menu *More actions* of a role. In one piece: the entries of one menu, in its order. */
export function roleMenu(facts: RoleMenuFacts): MenuGroup[] {
  const { editable, may } = facts;
  const phoneOnly: MenuGroup[] = [
    {
      items: [
        { label: 'Check all', icon: CircleCheck, disabled: !editable, onselect: facts.do.checkAll },
        { label: 'Clear all', icon: CircleOff, disabled: !editable, onselect: facts.do.clearAll },
        { label: 'Redo', icon: Redo2, disabled: !facts.canRedo, onselect: facts.do.redo }
      ]
    },
    {
      items: [
        {
          label: facts.require2fa ? 'Stop requiring 2FA' : 'Require 2FA',
          icon: ShieldCheck,
          disabled: !editable || !may.require2fa,
          onselect: facts.do.toggle2fa
        },
        {
          label: facts.showsMembers ? 'Show permissions' : `Show members (${facts.members})`,
          icon: Users,
          onselect: facts.do.toggleMembers
        },
        ...(facts.history === null ? [] : [{ label: 'History', icon: History, href: facts.history }]),
        ...(facts.compare === null ? [] : [{ label: 'Compare', icon: GitCompareArrows, href: facts.compare }])
      ]
    }
  ];
  return [
    ...(facts.phone ? phoneOnly : []),
    {
      items: [
        { label: 'Edit name and description', icon: Pencil, disabled: !editable, onselect: facts.do.rename },
        { label: 'Clone', icon: Copy, disabled: !may.clone, onselect: facts.do.clone },
        { label: 'Print', icon: Printer, onselect: facts.do.print }
      ]
    },
    {
      items: [
        {
          label: 'Require 2FA from a date',
          icon: CalendarClock,
          disabled: !editable || !may.require2fa,
          onselect: facts.do.date2fa
        },
        ...(may.signOut === null
          ? []
          : [
              {
                label: 'Sign out everyone in this role',
                icon: LogOut,
                danger: true,
                disabled: !may.signOut || facts.members === 0,
                onselect: facts.do.signOut
              }
            ]),
        {
          label: 'Delete',
          icon: Trash2,
          danger: true,
          disabled: !editable || !may.delete,
          onselect: facts.do.delete
        }
      ]
    }
  ];
}
