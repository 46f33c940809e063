import type { Refusal } from '$lib/core/access/refusal';
import { isConnectionFault, refusalOf } from '$lib/client/api/api';
import { OneOperation } from '$lib/client/forms/one-operation';

export type OperationOutcome<T> = AnsweredOutcome<T> | KeptOutcome;

/** The change is kept on this device until the connection is back. */
type KeptOutcome = { state: 'kept' };

/** Outcome of an operation that only works with a connection. */
export type AnsweredOutcome<T> =
  | { state: 'done'; answer: T }
  | { state: 'refused'; refusal: Refusal }
  /** No answer: running it again is safe, it happens at most once. */
  | { state: 'unknown' };

/**
 * One thing asked of the server. However often it is run until an answer comes, it is the same operation; with
 * another input it is another.
 */
export function operation<I extends object, T>(
  call: (op: string, input: I) => Promise<T>
): (input: I) => Promise<AnsweredOutcome<T>> {
  const one = new OneOperation(call);
  return async (input) => {
    try {
      return { state: 'done', answer: await one.run(input) };
    } catch (error) {
      if (isConnectionFault(error)) return { state: 'unknown' };
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      return { state: 'refused', refusal };
    }
  };
}
