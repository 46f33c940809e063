import type { Refusal } from '$lib/core/access/refusal';
import { isConnectionFault, refusalOf } from './api';

/**
 * Reason why a question has no answer. `offline`: this device has no connection at all; `failed`: another attempt
 * may succeed.
 */
export type Unanswered = { state: 'refused'; refusal: Refusal } | { state: 'offline' } | { state: 'failed' };

/** State of an answer. `loading`: nothing is known yet. */
export type LoadState<T> = { state: 'loading' } | { state: 'loaded'; value: T } | Unanswered;

/** The reason behind an error. A server that is busy did not refuse. */
export function unanswered(error: unknown): Unanswered {
  const refusal = refusalOf(error);
  if (refusal && refusal.code !== 'busy') return { state: 'refused', refusal };
  return isConnectionFault(error) && !navigator.onLine ? { state: 'offline' } : { state: 'failed' };
}

/**
 * The server's answer to a question that is asked again and again. Of several questions under way the latest
 * counts. What is known stays until there is a newer answer, or a refusal: then it may not be seen any more.
 */
export class Loadable<T> {
  #known = $state.raw<{ value: T } | null>(null);
  #problem = $state.raw<Unanswered | null>(null);
  #asking = $state(false);
  /** Counts the questions. */
  #turn = 0;
  readonly #arrived: (value: T) => void;

  /** @param arrived is told of each value before it is shown */
  constructor(arrived: (value: T) => void = () => undefined) {
    this.#arrived = arrived;
  }

  get status(): LoadState<T> {
    if (this.#known) return { state: 'loaded', value: this.#known.value };
    return this.#problem ?? { state: 'loading' };
  }

  /** The last answer; null while nothing is known. */
  get value(): T | null {
    return this.#known?.value ?? null;
  }

  /** Reason why the last question has no answer, whatever is known from before; null when it has one. */
  get problem(): Unanswered | null {
    return this.#problem;
  }

  /** True while the latest question is under way. */
  get asking(): boolean {
    return this.#asking;
  }

  /** The number of the latest question: an answer that was begun under another one is out of date. */
  get turn(): number {
    return this.#turn;
  }

  /** Asks anew, and outdates every question under way. @returns whether the answer is shown; it never throws */
  ask(question: () => Promise<T>): Promise<boolean> {
    this.#turn += 1;
    this.#asking = true;
    return this.#run(question, () => (this.#asking = false));
  }

  /** Asks for more of what is known: thrown away when something is asked anew meanwhile. @returns as `ask` does */
  extend(question: () => Promise<T>): Promise<boolean> {
    return this.#run(question, () => undefined);
  }

  async #run(question: () => Promise<T>, answered: () => void): Promise<boolean> {
    const turn = this.#turn;
    try {
      const value = await question();
      if (turn !== this.#turn) return false;
      answered();
      this.put(value);
      this.#problem = null;
      return true;
    } catch (error) {
      if (turn !== this.#turn) return false;
      answered();
      this.#fail(unanswered(error));
      return false;
    }
  }

  /** Shows a value from elsewhere, such as what this device remembers; a question under way goes on. */
  put(value: T): void {
    this.#arrived(value);
    this.#known = { value };
  }

  /** Lets no question under way be answered any more. */
  stop(): void {
    this.#turn += 1;
    this.#asking = false;
  }

  #fail(problem: Unanswered): void {
    if (problem.state === 'refused') this.#known = null;
    this.#problem = problem;
  }
}
