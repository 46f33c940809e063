/** Conversion of a value to the address and back. Defaults are left out, so that plain pages have plain addresses. */
export type AddressFormat<T> = {
  parse: (params: URLSearchParams) => T;
  format: (value: T) => URLSearchParams;
};

/** The address, as a page is handed it. */
export type InAddress = {
  /** The query as it stands: reactive. */
  read: () => URLSearchParams;
  /** Puts another query into the address without a new entry in the history. */
  write: (params: URLSearchParams) => Promise<void>;
};

/** A search alone in the address: `?search=`. */
export const searchFormat: AddressFormat<string> = {
  parse: (params) => params.get('search') ?? '',
  format: (text) => new URLSearchParams(text.trim() === '' ? {} : { search: text.trim() })
};

/** Typing rests this long before the address follows, in milliseconds. */
const REST = 200;

/**
 * A value that lives in the address, so that a view can be shared and survives a reload (UX-3). It answers at once to
 * whoever sets it; the address follows.
 */
export class AddressState<T> {
  readonly #options: AddressFormat<T> & InAddress;
  readonly #stored: T;
  /** Value as it was set, and what the address says of it; `written` null: nothing yet. Null: nothing was set. */
  #set = $state.raw<{ value: T; written: string | null } | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AddressFormat<T> & InAddress) {
    this.#options = options;
    this.#stored = $derived(options.parse(options.read()));
  }

  /** Value as it was set, for as long as the address says it: a blank at the end is kept for the next word. */
  get value(): T {
    if (this.#set === null) return this.#stored;
    const { value, written } = this.#set;
    return written === null || written === this.#options.format(this.#stored).toString()
      ? value
      : this.#stored;
  }

  set value(value: T) {
    const set = { value, written: null };
    this.#set = set;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const params = this.#options.format(value);
      // An address that does not follow is what counts: the screen says again what it says.
      await this.#options.write(params).catch(() => undefined);
      // Set again meanwhile: the later value stays on screen.
      if (this.#set === set) this.#set = { value, written: params.toString() };
    }, REST);
  }

  /** Forgets what did not reach the address: the page is being left. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** State of the component that asks, which is written no more once it is gone; `address` gives the props it has. */
export function addressState<T>(format: AddressFormat<T>, address: () => InAddress): AddressState<T> {
  const state = new AddressState({
    ...format,
    read: () => address().read(),
    write: (params) => address().write(params)
  });
  $effect(() => () => state.stop());
  return state;
}

/** A query string for a link or for `goto`: "" or "?a=b". */
export function queryString(params: URLSearchParams): string {
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
