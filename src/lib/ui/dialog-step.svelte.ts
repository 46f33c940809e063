import type { Snippet } from 'svelte';

/** Content that takes the place of a dialog's own for a while. */
export type DialogStep = {
  title: string;
  description?: string;
  body: Snippet;
  footer: Snippet;
  /** Element that gets the focus. */
  initialFocus: () => HTMLElement | null | undefined;
  /** Given up: by its button, Escape or a press outside. */
  oncancel: () => void;
};

/**
 * A step that belongs to whatever dialog is open: it is shown in that dialog, in place of the question that led to it,
 * and never above or below it. Every `Dialog` takes part by itself. Where none is open, whoever has the step shows it
 * in one of its own.
 */
class DialogSteps {
  /** The step that is due; null: none is. */
  current = $state.raw<DialogStep | null>(null);
  /** Number of steps that were given up: whoever waits for what a step belongs to compares it. */
  cancels = 0;
  #open = $state.raw<readonly string[]>([]);

  /** A dialog opened; call the result when it is gone. */
  opened(id: string): () => void {
    this.#open = [...this.#open, id];
    return () => (this.#open = this.#open.filter((each) => each !== id));
  }

  /** No dialog is open that could show a step. */
  get isAlone(): boolean {
    return this.#open.length === 0;
  }

  /** The step for this dialog: of several that are open, the newest shows it. */
  for(id: string): DialogStep | null {
    return this.#open.at(-1) === id ? this.current : null;
  }

  cancel(): void {
    if (this.current === null) return;
    this.cancels++;
    this.current.oncancel();
  }
}

/** The one of this page. */
export const dialogSteps = new DialogSteps();
