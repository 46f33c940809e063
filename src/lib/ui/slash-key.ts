const TYPING =
  'input, textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"], [role="menu"]';

/** True if a key is typed into something, or answers a dialog. */
export function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/** Handles keys of a page so that `/` leads to its search, except where somebody types or answers a dialog. */
export function slashFocuses(field: () => HTMLElement | null): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event)) return;
    event.preventDefault();
    field()?.focus();
  };
}
