import type { Refusal } from '../../../core/access/refusal';
import { ACTING_AS, writeActingAs } from '../../../protocol/acting-as';
import type { Context } from '../trpc/context';
import { RefusedError } from '../trpc/refused-error';

/** Headers of an answer of procedures. @param errors those of its calls; what came before them as they were thrown */
export function answerHeaders(ctx: Context | undefined, errors: readonly unknown[]): Record<string, string> {
  const refusals = errors.flatMap(refusalOf);
  const as = ctx?.answersAs() ?? null;
  return {
    'cache-control': 'no-store',
    ...comeBack(refusals),
    ...askForKey(refusals),
    // Whose session it comes from: another page may have signed somebody else in.
    ...(as && { [ACTING_AS]: writeActingAs(as) })
  };
}

/** Header that says a key is needed, for programs that came with one that does not work (RFC 6750). */
function askForKey(refusals: readonly Refusal[]): Record<string, string> {
  return refusals.some(({ code }) => code === 'auth/key')
    ? { 'www-authenticate': 'Bearer realm="rolecall", error="invalid_token"' }
    : {};
}

/** Header that says when to ask again, for programs that read headers (H-08). */
function comeBack(refusals: readonly Refusal[]): Record<string, string> {
  const later = refusals.find((refusal) => 'retryAfter' in refusal);
  return later && 'retryAfter' in later ? { 'retry-after': String(later.retryAfter) } : {};
}

/** The refusal of a call: as an error, or as it is written out. */
function refusalOf(error: unknown): Refusal | [] {
  if (error instanceof RefusedError) return error.refusal;
  return (error as { data?: { refusal?: Refusal | null } }).data?.refusal ?? [];
}
