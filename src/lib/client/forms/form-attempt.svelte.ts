import type { Refusal } from '$lib/core/access/refusal';
import { ownRefusalText } from '$lib/core/wording/refusal-codes';
import { isConnectionFault, refusalOf } from '../api/api';
import { Countdown } from './countdown.svelte';
import { waitWords } from './wait-words';

type Options<F extends string> = {
  /** The fields of the form, as refusals name them. */
  fields: readonly F[];
  /** Words of this form for a refusal; null leaves them to the usual ones. */
  words?: (refusal: Refusal) => { field?: F; text: string } | null;
  /** A refusal that leads elsewhere: true when it was dealt with. */
  elsewhere?: (refusal: Refusal) => boolean;
};

/**
 * Sending a form about one's own account: one try at a time, the pause the server asks for counted down, and every
 * refusal in words, at its field where it has one (UX-4). Nothing of it is kept on the device or repeated by itself
 * (LIV-4).
 */
export class FormAttempt<F extends string> {
  busy = $state(false);
  readonly wait = new Countdown();
  #problem = $state.raw<string | null>(null);
  #fields = $state.raw<Partial<Record<F, string>>>({});
  readonly #options: Options<F>;

  constructor(options: Options<F>) {
    this.#options = options;
  }

  /** The problem of the whole form. */
  get problem(): string | null {
    if (this.wait.left > 0) return `Too many attempts. You can try again in ${waitWords(this.wait.left)}.`;
    return this.#problem;
  }

  /** The sentence under a field. */
  field(name: F): string | null {
    return this.#fields[name] ?? null;
  }

  /** Takes away a field's fault: what is typed now is not what was refused any more. */
  changed(name: F): void {
    if (this.#fields[name] === undefined) return;
    const { [name]: _gone, ...rest } = this.#fields;
    this.#fields = rest as Partial<Record<F, string>>;
  }

  /** Says what is wrong before anything is sent; true when something is. */
  refuse(problems: Partial<Record<F, string | null>>): boolean {
    const found = Object.entries(problems).filter(([, text]) => text !== null);
    this.#fields = Object.fromEntries(found) as Partial<Record<F, string>>;
    this.#problem = null;
    return found.length > 0;
  }

  /** Says what is wrong, at a field or about the whole form. */
  say(text: string, field?: F): void {
    if (field === undefined) this.#problem = text;
    else this.#fields = { [field]: text } as Partial<Record<F, string>>;
  }

  /**
   * Sends it. Null when it was refused, or is not to be sent now. @throws what is no refusal and no connection
   * fault
   */
  async run<T>(send: () => Promise<T>): Promise<T | null> {
    if (this.busy || this.wait.left > 0) return null;
    this.busy = true;
    this.refuse({});
    try {
      return await send();
    } catch (error) {
      this.#explain(error);
      return null;
    } finally {
      this.busy = false;
    }
  }

  stop(): void {
    this.wait.stop();
  }

  #explain(error: unknown): void {
    const refusal = refusalOf(error);
    if (refusal && this.#options.elsewhere?.(refusal)) return;
    const own = refusal && this.#options.words?.(refusal);
    const usual = refusal ? ownRefusalText(refusal.code) : null;
    if (own) this.say(own.text, own.field);
    else if (refusal?.code === 'auth/throttled') {
      this.wait.start(refusal.retryAfter);
      this.#problem = 'You can try again now.';
    } else if (refusal?.code === 'input/invalid')
      this.say(
        refusal.message,
        this.#options.fields.find((field) => field === refusal.field)
      );
    else if (usual !== null) this.#problem = usual;
    else if (isConnectionFault(error))
      this.#problem = 'The server didn’t respond. Check your connection, then try again.';
    else throw error;
  }
}
