import { Arrival } from './arrival.svelte';
import { floating } from './floating';
import type { TriggerProps } from './trigger-props';
import { noteTyped } from './typed-ahead';
import { Wait } from './wait';

type Kind = 'menu' | 'listbox' | 'dialog';

/**
 * A button that opens something which comes when it is first needed. Until then the button carries the same
 * attributes, and a press or a key on it waits for what it opens; then the same button is the library's trigger.
 */
export class Opener {
  /** Readiness of what it opens. */
  readonly arrival = new Arrival();
  #handed = $state.raw<TriggerProps | null>(null);
  #wait = $state.raw<Wait | null>(null);
  /** True between a press and its click: a press that began here ends here. */
  #pressed = false;
  readonly #kind: Kind;
  readonly #open: () => void;
  readonly props: TriggerProps = $derived.by(() => this.#handed ?? this.#own());

  /** @param open opens what the button opens, once it is ready */
  constructor(kind: Kind, open: () => void) {
    this.#kind = kind;
    this.#open = open;
  }

  /** Takes the props of the library's trigger, each time they change. */
  readonly hand = (props: TriggerProps): void => {
    this.#handed = props;
  };

  #own(): TriggerProps {
    return {
      ...(this.#kind === 'listbox' && { role: 'combobox' }),
      'aria-haspopup': this.#kind,
      'aria-expanded': 'false',
      'aria-busy': this.#wait !== null || undefined,
      'data-state': 'closed',
      onpointerenter: () => this.#near(),
      onfocus: () => this.#near(),
      onpointerdown: () => (this.#pressed = true),
      onclick: (event: MouseEvent) => {
        this.#pressed = false;
        // A key makes a click, too: without a press.
        void this.#use(event.currentTarget as HTMLElement, event.detail === 0 ? 'Enter' : null);
      },
      onkeydown: (event: KeyboardEvent) => {
        if (this.#kind === 'dialog' || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
        event.preventDefault();
        void this.#use(event.currentTarget as HTMLElement, event.key);
      }
    };
  }

  /** Notes that it is about to be used: pointed at, or focused. */
  #near(): void {
    if (floating.there === null) void floating.load();
    else if (!this.#pressed) this.arrival.here = true;
  }

  async #use(button: HTMLElement, key: string | null): Promise<void> {
    if (this.#wait) return;
    // It may hold a field; a menu looks for letters itself.
    const forget = this.#kind === 'dialog' ? noteTyped(button) : null;
    const wait = new Wait(button, () => {
      this.#wait = null;
      forget?.();
    });
    this.#wait = wait;
    const ready = await this.arrival.make();
    const waited = wait.end() && this.#wait === wait;
    if (this.#wait === wait) this.#wait = null;
    if (!waited || !ready) forget?.();
    if (!waited) return;
    if (!ready) floating.tell();
    else if (key === null) this.#open();
    // The library knows what a key does to what is opened: which item has the focus.
    else button.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }
}
