import { v4 as uuid } from 'uuid';
import type { Refusal } from '$lib/core/access/refusal';
import { isConnectionFault, refusalOf } from '$lib/client/api/api';

export type OperationOutcome<T> = AnsweredOutcome<T> | KeptOutcome;

/** The change is kept on this device until the connection is back. */
type KeptOutcome = { state: 'kept' };

/** Outcome of an operation that only works with a connection. */
export type AnsweredOutcome<T> =
  | { state: 'done'; answer: T }
  | { state: 'refused'; refusal: Refusal }
  /** No answer: running it again is safe, it happens at most once. */
  | { state: 'unknown' };

/** One thing asked of the server. However often it is run until an answer comes, it is the same operation. */
export class Operation<T> {
  readonly #call: (op: string) => Promise<T>;
  #op: string | null = null;

  constructor(call: (op: string) => Promise<T>) {
    this.#call = call;
  }

  async run(): Promise<AnsweredOutcome<T>> {
    this.#op ??= uuid();
    try {
      const answer = await this.#call(this.#op);
      this.#op = null;
      return { state: 'done', answer };
    } catch (error) {
      if (isConnectionFault(error)) return { state: 'unknown' };
      this.#op = null;
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      return { state: 'refused', refusal };
    }
  }
}
