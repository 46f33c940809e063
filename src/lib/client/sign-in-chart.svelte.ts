import { api } from './api';

/** Sign-ins of one hour; `hour` is its beginning, ISO 8601. */
export type SignInHour = { hour: string; ok: number; failed: number };

/** At most one look at the server in this time, however many sign in. */
const REST = 10_000;

/** Sign-ins of the last 24 hours. Asked again when something arrives: the numbers are the server's, never guessed. */
export class SignInChart {
  hours = $state.raw<readonly SignInHour[] | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = 0;
  #stopped = false;

  /** Something may have changed. */
  refresh(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    const wait = Math.max(0, this.#askedAt + REST - Date.now());
    this.#timer = setTimeout(() => void this.#ask(), wait);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    this.#askedAt = Date.now();
    try {
      const hours = await api.log.signIns.query();
      if (!this.#stopped) this.hours = hours;
    } catch {
      // The last known numbers stay; the connection pill says why they are old.
    } finally {
      this.#timer = undefined;
    }
  }
}
