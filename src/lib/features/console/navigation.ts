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
