/** Somebody who pressed a button and waits for what it opens. */
export class Wait {
  readonly #button: HTMLElement;
  readonly #focusBefore = document.activeElement;
  readonly #ongiveup: () => void;

  /** @param ongiveup they pressed Escape */
  constructor(button: HTMLElement, ongiveup: () => void) {
    this.#button = button;
    this.#ongiveup = ongiveup;
    window.addEventListener('keydown', this.#key, true);
  }

  /**
   * Ends the wait: what the button opens may open now, or cannot be had.
   * @returns false when they went on: the button is gone, or the focus is at another control, from which nothing
   * takes it
   */
  end(): boolean {
    window.removeEventListener('keydown', this.#key, true);
    const focused = document.activeElement;
    const stayed = [null, document.body, this.#button, this.#focusBefore].includes(focused);
    return stayed && this.#button.isConnected;
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    window.removeEventListener('keydown', this.#key, true);
    this.#ongiveup();
  };
}
