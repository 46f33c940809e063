// One look of tabs: those that change what a page shows, and those that are pages.

/** The line of the tabs and of what stands at its end. */
export const tabLine = 'flex items-center gap-4 border-b border-line px-5 max-desk:px-4';
export const tabStrip = '-mb-px flex min-w-0 gap-[22px] overflow-x-auto [scrollbar-width:none]';

/** One of them. */
export function tabLook(chosen: boolean): string[] {
  return [
    'flex flex-none gap-1.5 pt-2 pb-[9px] font-medium -outline-offset-2 coarse:min-h-11 coarse:min-w-11 coarse:items-center coarse:justify-center',
    chosen ? 'text-ink shadow-[inset_0_-2px_var(--accent)]' : 'text-ink-2 hover:text-ink'
  ];
}
