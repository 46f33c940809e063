/** Text typed since a button was pressed whose panel is still on its way, for the search field of that panel. */
let text = '';
let stop: (() => void) | null = null;

/**
 * Begins to take note of what is typed, for as long as the focus stays where it is: at the button.
 * @returns forgets it again, unless it has been taken, or another button was pressed since
 */
export function noteTyped(button: HTMLElement): () => void {
  takeTyped();
  const note = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey, isComposing } = event;
    if (ctrlKey || metaKey || altKey || isComposing || (key.length !== 1 && key !== 'Backspace')) return;
    // Neither a shortcut of the page nor, as a space would be, another press.
    event.preventDefault();
    event.stopPropagation();
    text = key === 'Backspace' ? [...text].slice(0, -1).join('') : text + key;
  };
  // A search field takes its text when it gets the focus, which is before this is told.
  const moved = ({ target }: FocusEvent) => target !== button && takeTyped();
  addEventListener('keydown', note, true);
  addEventListener('focusin', moved);
  const end = () => {
    removeEventListener('keydown', note, true);
    removeEventListener('focusin', moved);
  };
  stop = end;
  return () => {
    if (stop === end) takeTyped();
  };
}

/** Ends it. What was typed is whose who asks first. */
export function takeTyped(): string {
  stop?.();
  stop = null;
  const typed = text;
  text = '';
  return typed;
}
