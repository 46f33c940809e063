import { requestedParts, reasonIn, type Verdict } from '../../../core/forwarding/handovers';
import type { Refusal } from '../../../core/access/refusal';
import type { RefusedPart } from '../../../core/roles/roles';
import { findAnswer } from '../../db/tables/operations-table';
import { requestFingerprints, holdsFingerprints } from '../write-path/request-fingerprints';
import type { Decision } from '../write-path/mutation';
import { judgeOf, type RequestedChange } from './would-suffice';

/** Reason something was refused, and where it is stored: null where it was judged now. */
export type RefusedBefore = { reason: Refusal; stored: { at: Date; op: string } | null };

/**
 * Reason a change that is handed on was refused to its author: the server's answer to them, where the operation
 * that they name asked for this and its answer is still kept, else what it would answer now. Null when it would
 * refuse nothing, or cannot say: they are to ask for it first.
 */
export async function refusedBefore(
  { deps, tx, actor }: Decision,
  asked: RequestedChange,
  op: string | undefined
): Promise<RefusedBefore | null> {
  const parts = requestedParts(asked.procedure, asked.input);
  const stored = op === undefined ? null : await findAnswer(tx, actor.id, op);
  if (
    op !== undefined &&
    stored &&
    holdsFingerprints(stored.parts, requestFingerprints(asked.procedure, asked.input))
  ) {
    const reason = reasonIn(verdictOf(stored.answer), parts);
    if (reason) return { reason, stored: { at: stored.at, op } };
  }
  const verdict = (await judgeOf(deps, tx, asked, 'as asked'))(actor);
  const reason = verdict && reasonIn(verdict, parts);
  return reason && { reason, stored: null };
}

/** Refusals in a stored answer of the write path. */
function verdictOf(answer: unknown): Verdict {
  const { refused, answer: given } = answer as {
    refused?: Refusal;
    answer?: { refused?: RefusedPart[] } | null;
  };
  return refused ? { refused } : { parts: given?.refused ?? [] };
}
