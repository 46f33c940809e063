import type { Refusal } from '../../../core/access/refusal';
import type { RefusedPart } from '../../../core/roles/roles';
import { partOf } from '../../../protocol/operation-part';
import { ask, type Question } from './ask';
import type { Caller } from './caller';
import type { Deps } from './deps';
import { mutate } from './mutate';
import type { Answer, Mutation, OperationInput } from './mutation';
import type { RefusalOr } from './refusal-or';

/** Result for one of many records. */
export type EachResult<A> = { id: string } & Answer<A>;

/**
 * Does the same to each of these records. Each is a decision, a transaction and an entry of their own, exactly as
 * if it had been asked for alone: what is refused for one does not stop the others, and a repeated call repeats
 * nothing.
 */
export async function forEachRecord<A>(
  deps: Deps,
  caller: Caller,
  question: Question,
  { op, ids }: { op: string; ids: readonly string[] },
  once: (record: { op: string; id: string }) => Promise<Answer<A>>
): Promise<RefusalOr<EachResult<A>[]>> {
  const allowed = await ask<null>(deps, caller, question, () => Promise.resolve({ answer: null }));
  if ('refused' in allowed) return allowed;
  const results: EachResult<A>[] = [];
  for (const id of new Set(ids)) {
    const done = await once({ op: partOf(op, id), id });
    if ('refused' in done && endsAll(done.refused)) return done;
    results.push({ id, ...done });
  }
  return { answer: results };
}

/** Does a step for one of the records, as whoever asked for all of them. */
export function runner(deps: Deps, caller: Caller) {
  return <I extends OperationInput, A, P, T>(mutation: Mutation<I, A, P, T>, input: I): Promise<Answer<T>> =>
    mutate(deps, caller, mutation, input);
}

/**
 * Edits one field of a record, whatever its version: whoever chooses for many has none of their records on screen, and
 * so chooses knowingly. A refusal of the field is one of the record.
 */
export async function knowingly<A extends { refused: readonly RefusedPart[] }>(
  edit: (seen: number) => Promise<Answer<A>>
): Promise<Answer<A>> {
  const done = await edit(Number.MAX_SAFE_INTEGER);
  const [part] = 'refused' in done ? [] : done.answer.refused;
  return part ? { refused: part } : done;
}

/**
 * True if a refusal ends the whole of it: whoever asks, or their key, is not good any more, or has to prove who
 * they are.
 */
export function endsAll({ code }: Refusal): boolean {
  return (
    code === 'auth/signed-out' ||
    code === 'auth/key' ||
    code === 'auth/step-required' ||
    code === 'auth/reauthenticate' ||
    code === 'busy'
  );
}
