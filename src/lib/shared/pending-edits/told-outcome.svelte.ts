import { NO_ANSWER } from '$lib/client/forms/one-at-a-time.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import { personRefusalText } from '$lib/core/wording/refusals';
import { showToast } from '$lib/ui/toast.svelte';
import type { OperationOutcome } from '../commands/operation';
import { keptWords } from './saving-words';

/** Telling of how commands on an account end: in a toast, or as the fault of the last one. */
export class ToldOutcome {
  /** Reason the last command came to nothing, in words; null: it did not. */
  fault = $state<string | null>(null);
  readonly #session: Pick<Session, 'outbox' | 'catalogue'>;
  readonly #ondone: () => void;

  /** @param ondone something was done, or will be: what is shown is asked for anew */
  constructor(session: Pick<Session, 'outbox' | 'catalogue'>, ondone: () => void) {
    this.#session = session;
    this.#ondone = ondone;
  }

  /** True when it was done, or will be: `said` is what is told of it when it is. */
  ended(outcome: OperationOutcome<unknown>, said: Parameters<typeof showToast>[0]): boolean {
    const { outbox, catalogue } = this.#session;
    if (outcome.state === 'done' || outcome.state === 'kept') {
      this.fault = null;
      showToast(outcome.state === 'kept' ? { message: keptWords(outbox) } : said);
      this.#ondone();
      return true;
    }
    this.fault = outcome.state === 'unknown' ? NO_ANSWER : personRefusalText(outcome.refusal, catalogue);
    return false;
  }
}
