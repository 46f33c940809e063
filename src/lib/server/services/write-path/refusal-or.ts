import type { Refusal } from '../../../core/access/refusal';

/** The answer to a question: a value, or why it is not answered. */
export type RefusalOr<T> = { refused: Refusal } | { answer: T };
