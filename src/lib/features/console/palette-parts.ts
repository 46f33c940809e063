import LogOut from '@lucide/svelte/icons/log-out';
import Monitor from '@lucide/svelte/icons/monitor';
import Moon from '@lucide/svelte/icons/moon';
import Printer from '@lucide/svelte/icons/printer';
import Sun from '@lucide/svelte/icons/sun';
import type { Session } from '$lib/client/session/session.svelte';
import { chooseTheme } from '$lib/ui/theme.svelte';
import { visibleSections, type NavSection } from './navigation';
import type { PaletteItem } from './palette-items';

// What every palette offers, whoever is signed in.

const THEMES = [
  { value: 'dark', label: 'Dark theme', icon: Moon, keywords: ['night', 'dark mode', 'appearance'] },
  { value: 'light', label: 'Light theme', icon: Sun, keywords: ['day', 'light mode', 'appearance'] },
  { value: 'system', label: 'Theme of this device', icon: Monitor, keywords: ['automatic', 'appearance'] }
] as const;

/** The pages of the navigation. */
export function pageItems(sections: readonly NavSection[], navigate: (path: string) => void): PaletteItem[] {
  return visibleSections(sections).flatMap((section) =>
    section.entries.map(({ href, label, icon }) => ({
      ...{ id: `page:${href}`, label, icon },
      run: () => navigate(href)
    }))
  );
}

export function signOutItem(signOut: () => void): PaletteItem {
  return { id: 'verb:out', label: 'Sign out', icon: LogOut, keywords: ['log out', 'leave'], run: signOut };
}

/** The item that prints, once the palette is closed: what lies over the page is not printed, but holds it back. */
export function printItem(): PaletteItem {
  return {
    id: 'verb:print',
    label: 'Print this page',
    icon: Printer,
    keywords: ['paper', 'pdf', 'save as pdf'],
    run: () => setTimeout(() => window.print(), 200)
  };
}

export function themeItems(): PaletteItem[] {
  return THEMES.map(({ value, label, icon, keywords }) => ({
    ...{ id: `verb:theme:${value}`, label, icon, keywords },
    run: () => chooseTheme(value)
  }));
}

/** Permissions of the person signed in, each leading to its place among the others. */
export function permissionItems(
  { permissions, catalogue }: Pick<Session, 'permissions' | 'catalogue'>,
  navigate: (path: string) => void
): PaletteItem[] {
  return [...permissions].flatMap((id) => {
    const action = catalogue.actions.get(id);
    const group = catalogue.groupOf.get(id);
    if (!action || !group) return [];
    const label = `${group.label} › ${action.label}`;
    const query = new URLSearchParams({ search: label.replace(' › ', ' ') });
    return [
      {
        id: `permission:${id}`,
        label,
        kind: action.kind,
        keywords: [id, `${action.label} ${group.label}`],
        run: () => navigate(`/account?${query}`)
      }
    ];
  });
}
