/** Conversion of a value to the address and back. Defaults are left out, so that plain pages have plain addresses. */
export type AddressFormat<T> = {
  parse: (params: URLSearchParams) => T;
  format: (value: T) => URLSearchParams;
};

type Options<T> = AddressFormat<T> & {
  /** The address as it stands: reactive. */
  read: () => URLSearchParams;
  /** Puts another query into the address without a new entry in the history. */
  write: (params: URLSearchParams) => Promise<void>;
};

/** Typing rests this long before the address follows, in milliseconds. */
const REST = 200;

/**
 * A value that lives in the address, so that a view can be shared and survives a reload (UX-3). It answers at once to
 * whoever sets it; the address follows.
 */
export class AddressState<T> {
  readonly #options: Options<T>;
  readonly #stored: T;
  /** Value that was set and is not in the address yet; null: none. */
  #ahead = $state.raw<{ value: T } | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options<T>) {
    this.#options = options;
    this.#stored = $derived(options.parse(options.read()));
  }

  get value(): T {
    return this.#ahead ? this.#ahead.value : this.#stored;
  }

  set value(value: T) {
    const ahead = { value };
    this.#ahead = ahead;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      // An address that does not follow is what counts: the screen says again what it says.
      await this.#options.write(this.#options.format(value)).catch(() => undefined);
      // Set again meanwhile: the later value stays on screen.
      if (this.#ahead === ahead) this.#ahead = null;
    }, REST);
  }

  /** Forgets what did not reach the address: the page is being left. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** A query string for a link or for `goto`: "" or "?a=b". */
export function queryString(params: URLSearchParams): string {
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
