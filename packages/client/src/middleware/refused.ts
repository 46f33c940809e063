import { refusal, type Decision, type Resource } from '../decision.ts';
import type { Asker } from './asker.ts';

/** Answer given in the place of what was asked for. */
export type Refused = { status: 401 | 403 | 503; headers: Record<string, string>; body: string };

/** Not a no of Rolecall's: nobody knows at this moment. */
const NOT_KNOWN = ['unavailable', 'stale', 'key-refused', 'shut-down'];

/**
 * Judges a request.
 * @param permission empty: of something that no table names, which is a no
 * @returns null when it may go on
 */
export async function judge(
  asker: Asker,
  permission: string,
  resource: Resource | null | undefined
): Promise<Refused | null> {
  if (asker.subject === null) return answer(401, { code: 'unauthenticated', message: 'Sign in first.' });
  if (!permission) return refused('', { ...refusal('invalid-question'), reason: 'unknown-action' });
  const decision = await asker.decide(permission, resource ?? {});
  return decision.decision === true ? null : refused(permission, decision);
}

function refused(permission: string, { reason, reasonUser }: Decision): Refused {
  if (NOT_KNOWN.includes(reason)) {
    const message = 'Your access can’t be checked at this moment. Try again.';
    return answer(503, { code: 'unavailable', message }, { 'retry-after': '1' });
  }
  const message = reasonUser ?? 'You don’t have access to this.';
  return answer(403, { code: 'permission-required', permission, reason, message });
}

function answer(status: Refused['status'], body: object, headers: Record<string, string> = {}): Refused {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body)
  };
}

/** The same as fetch-style programs answer. */
export function responseOf({ status, headers, body }: Refused): Response {
  return new Response(body, { status, headers });
}
