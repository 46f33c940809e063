import type { Caller } from '../services/caller';
import type { Deps } from '../services/deps';

/** What a procedure is given: the use cases' dependencies, who calls, and the one cookie. */
export type Context = {
  deps: Deps;
  caller: Caller;
  /** Sets the session cookie, or takes it away with null. */
  setSession(token: string | null): void;
  /** Sets the cookie by which this device is known again. */
  setDevice(token: string): void;
  /** Tells the browser to clear what it holds of this console, the cookie apart. */
  clearSite(): void;
};
