const TYPING =
  'input, textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"], [role="menu"]';

/** Handles keys of a page so that `/` leads to its search, except where somebody types or answers a dialog. */
export function slashFocuses(field: () => HTMLElement | null): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLElement && event.target.closest(TYPING)) return;
    event.preventDefault();
    field()?.focus();
  };
}
