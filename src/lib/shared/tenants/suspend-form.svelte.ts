import { serverNow } from '$lib/client/api/server-clock';
import { tidyText } from '$lib/core/text/names';

/** Input of a suspension: its reason, and its end. */
export class SuspendForm {
  reason = $state('');
  ends = $state<'never' | 'at'>('never');
  /** Text of a field for local date and time. */
  typedUntil = $state('');
  /** It was asked for: the fields say what is wrong. */
  tried = $state(false);

  /** Problem with the end, once it was tried; null: none. */
  get untilProblem(): string | null {
    return this.tried && this.ends === 'at' && this.#until === null ? 'Choose a time in the future.' : null;
  }

  /** Input to send; null: something is wrong, and the fields say what. */
  read(): { reason: string; until?: string } | null {
    this.tried = true;
    const reason = tidyText(this.reason);
    if (reason === '' || this.untilProblem !== null) return null;
    return this.ends === 'at' && this.#until !== null ? { reason, until: this.#until } : { reason };
  }

  get #until(): string | null {
    const at = Date.parse(this.typedUntil);
    return Number.isNaN(at) || at <= serverNow() ? null : new Date(at).toISOString();
  }
}
