import type { Refusal } from '$lib/core/access/refusal';
import { isConnectionFault, refusalOf } from '../api/api';

/** Message where no answer came to something with an operation id. */
export const NO_ANSWER = 'The server didn’t respond. Try again; it won’t be done twice.';

/** Action of a button that no form belongs to: one at a time, and why the last one was not done. */
export class OneAtATime {
  /** Reason why the last attempt failed; null: it did not. */
  fault = $state<string | null>(null);
  busy = $state(false);

  /**
   * Does it; null: it was not done, and `fault` says why, or something else is under way.
   * @param words of a refusal
   * @throws what is no refusal and no connection fault
   */
  async run<T>(act: () => Promise<T>, words: (refusal: Refusal) => string): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.fault = null;
    try {
      return await act();
    } catch (error) {
      const refusal = refusalOf(error);
      if (isConnectionFault(error)) this.fault = NO_ANSWER;
      else if (refusal) this.fault = words(refusal);
      else throw error;
      return null;
    } finally {
      this.busy = false;
    }
  }
}
