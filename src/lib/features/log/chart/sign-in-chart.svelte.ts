import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import { Paced } from '$lib/client/api/paced';

/** Sign-ins of one hour; `hour` is its beginning, ISO 8601. */
export type SignInHour = { hour: string; ok: number; failed: number };

/** Milliseconds between two looks at the server at least, however many sign in. */
const REST = 10_000;

/** Sign-ins of the last 24 hours. Asked again when something arrives: the numbers are the server's, never guessed. */
export class SignInChart {
  readonly #hours = new Loadable<readonly SignInHour[]>();
  readonly #look = new Paced(REST, () => this.#hours.ask(() => api.log.signIns.query()));
  #stopped = false;

  /** Null while nothing is known; else the last known numbers: the connection pill says when they are old. */
  get hours(): readonly SignInHour[] | null {
    return this.#hours.value;
  }

  /** Something may have changed. */
  refresh(): void {
    if (!this.#stopped) this.#look.soon();
  }

  stop(): void {
    this.#stopped = true;
    this.#look.stop();
    this.#hours.stop();
  }
}
