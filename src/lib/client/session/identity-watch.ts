import { isSignedOut, whoAmI, type Here } from '../api/who-am-i';

const REFRESH_MS = 60_000;
/** Milliseconds between two questions while the page stands on what the device remembers: less than otherwise. */
const CONFIRM_MS = 5_000;
/** A window that comes to the front asks again, at most this often. */
const FOCUS_MS = 5_000;

export type IdentityWatchOptions = {
  /** Takes what the server says. */
  hear(here: Here): Promise<void>;
  /** Nobody is signed in any more, or a step of their sign-in is left. */
  nobody(): Promise<void>;
  /** True once nothing is to be asked any more. */
  isOver(): boolean;
  /** True once the server has said who this is. */
  isConfirmed(): boolean;
};

/** Asks the server again and again who is here: every minute, and whenever the window or the connection comes back. */
export class IdentityWatch {
  readonly #options: IdentityWatchOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: Promise<void> | null = null;
  #again = false;
  /** Time at which the server was asked last, in milliseconds since 1970; 0: never. */
  #askedAt = 0;
  #stopped = false;

  constructor(options: IdentityWatchOptions) {
    this.#options = options;
    this.#askLater();
    addEventListener('focus', this.#onFocus);
    addEventListener('online', this.#onOnline);
    addEventListener('pageshow', this.#onPageShow);
  }

  /** Asks again who this is. Who asks while an answer is on its way gets one that is newer. */
  refresh(): Promise<void> {
    if (this.#asking) this.#again = true;
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    removeEventListener('focus', this.#onFocus);
    removeEventListener('online', this.#onOnline);
    removeEventListener('pageshow', this.#onPageShow);
  }

  readonly #onFocus = (): void => {
    if (Date.now() - this.#askedAt > FOCUS_MS) void this.refresh();
  };

  readonly #onOnline = (): void => void this.refresh();

  /** Back to a page that the browser had put aside: somebody else may be here now. */
  readonly #onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) void this.refresh();
  };

  #askLater(): void {
    clearTimeout(this.#timer);
    if (this.#isOver()) return;
    const wait = this.#options.isConfirmed() ? REFRESH_MS : CONFIRM_MS;
    this.#timer = setTimeout(() => void this.refresh(), wait);
  }

  async #ask(): Promise<void> {
    do {
      this.#again = false;
      this.#askedAt = Date.now();
      try {
        await this.#options.hear(await whoAmI());
      } catch (error) {
        // A step that is left is gone through where people sign in.
        if (isSignedOut(error) && !this.#isOver()) await this.#options.nobody();
      }
    } while (this.#again && !this.#isOver());
    this.#askLater();
  }

  #isOver(): boolean {
    return this.#stopped || this.#options.isOver();
  }
}
