import { serverNow } from '$lib/client/api/server-clock';
import { tidyText } from '$lib/core/text/names';

/** Input of a suspension: its reason, and its end. */
export class SuspendForm {
  reason = $state('');
  ends = $state<'never' | 'at'>('never');
  /** Text of a field for local date and time. */
  typedUntil = $state('');
  #tried = $state(false);

  /** Problem with a field, once it was tried; null: none. */
  problem(field: 'reason' | 'until'): string | null {
    if (!this.#tried) return null;
    if (field === 'reason') return tidyText(this.reason) === '' ? 'Say why: it stands in the log.' : null;
    return this.ends === 'at' && this.#until === null ? 'Choose a time in the future.' : null;
  }

  /** Input to send; null: something is wrong, and the fields say what. */
  read(): { reason: string; until?: string } | null {
    this.#tried = true;
    if (this.problem('reason') !== null || this.problem('until') !== null) return null;
    const reason = tidyText(this.reason);
    return this.ends === 'at' && this.#until !== null ? { reason, until: this.#until } : { reason };
  }

  get #until(): string | null {
    const at = Date.parse(this.typedUntil);
    return Number.isNaN(at) || at <= serverNow() ? null : new Date(at).toISOString();
  }
}
