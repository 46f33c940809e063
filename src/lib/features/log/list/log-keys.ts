import { shortcutLetter } from '$lib/ui/shortcut-letter';

/** Command of a key pressed on a page of the log. */
export type LogKey = 'close' | 'search' | 'next' | 'previous' | 'new';

const KEYS: Readonly<Record<string, LogKey>> = {
  Escape: 'close',
  '/': 'search',
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  n: 'new'
};

/** The key's purpose, or null: somebody is typing, another control wants it, or it is none of ours. */
export function logKey(event: KeyboardEvent): LogKey | null {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return null;
  const from = event.target instanceof Element ? event.target : null;
  if (
    from?.closest(
      'input, textarea, select, [role="slider"], [role="dialog"], [role="alertdialog"], [role="menu"]'
    )
  )
    return null;
  // The open entry scrolls by its arrow keys.
  if (event.key.startsWith('Arrow') && from?.closest('aside')) return null;
  return KEYS[shortcutLetter(event)] ?? null;
}

/** The links of the entries on the page, newest first. */
export function entryLinks(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('a[data-entry]')];
}

/**
 * The link beside the focused one, or beside the open entry (-1: none is); the list's first or last where there is
 * neither.
 */
export function neighbourLink(by: -1 | 1, open: number): HTMLElement | undefined {
  const all = entryLinks();
  const focused = all.findIndex((link) => link === document.activeElement);
  const from = focused >= 0 ? focused : open;
  return all[from < 0 ? (by > 0 ? 0 : -1) : from + by];
}

/** Puts the focus on an entry's row and shows it. */
export function focusEntry(link: HTMLElement): void {
  link.focus({ preventScroll: true });
  link.closest('tr')?.scrollIntoView({ block: 'nearest' });
}
