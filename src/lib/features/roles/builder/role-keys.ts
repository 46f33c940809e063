import { shortcutLetter } from '$lib/ui/shortcut-letter';

/** Command of a key pressed on the page of a role. */
export type RoleKey = 'search' | 'undo' | 'redo';

/** The key's purpose, or null: somebody is typing, a dialog is open, or it is none of ours. */
export function roleKey(event: KeyboardEvent): RoleKey | null {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"]'))
    return null;
  const command = event.metaKey || event.ctrlKey;
  const key = shortcutLetter(event);
  if (key === '/' && !command && !event.altKey) return 'search';
  if (command && key === 'z') return event.shiftKey ? 'redo' : 'undo';
  return command && key === 'y' ? 'redo' : null;
}
