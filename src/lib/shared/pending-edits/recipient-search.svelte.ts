import type { Refusal } from '$lib/core/access/refusal';
import { handoverSubject } from '$lib/core/forwarding/handovers';
import { api, refusalOf } from '$lib/client/api/api';
import type { RequestedChange } from '$lib/client/outbox/requested-change';

export type Recipients = Awaited<ReturnType<typeof api.handovers.recipients.query>>;

/** Rests before asking, so that typing asks once. */
const REST_MS = 180;
/**
 * Longest change that is sent as part of an address, in its characters there: the server takes 8,192 in all. The rest
 * is for what else is asked, a search above all.
 */
const MOST_CHARACTERS = 6000;

/** Search for people who could be asked to apply a change, as the server says of them at this moment. */
export class RecipientSearch {
  found = $state.raw<Recipients | null>(null);
  /** Reason nobody can be chosen; null: none. */
  refusal = $state.raw<Refusal | null>(null);
  failed = $state(false);
  readonly #asked: RequestedChange;
  #looks = 0;

  constructor(asked: RequestedChange) {
    this.#asked = asked;
  }

  /**
   * Looks for people by a part of their name or address; what was found before stays meanwhile. Returns the way to
   * stop.
   */
  look(search: string): () => void {
    const timer = setTimeout(() => void this.#ask(search.trim()), this.found === null ? 0 : REST_MS);
    return () => clearTimeout(timer);
  }

  async #ask(search: string): Promise<void> {
    const look = ++this.#looks;
    const { procedure, input } = this.#asked;
    const { id } = handoverSubject(procedure, input);
    const whole = encodeURIComponent(JSON.stringify(this.#asked)).length <= MOST_CHARACTERS;
    try {
      const found = await api.handovers.recipients.query({
        procedure,
        ...(id === null ? {} : { id }),
        ...(whole ? { asked: { procedure, input: { ...input } } } : {}),
        ...(search === '' ? {} : { search })
      });
      if (look === this.#looks) [this.found, this.refusal, this.failed] = [found, null, false];
    } catch (error) {
      if (look !== this.#looks) return;
      this.refusal = refusalOf(error);
      this.failed = this.refusal === null;
    }
  }
}
