import { createTRPCProxyClient, httpLink, TRPCClientError } from '@trpc/client';
import type { Refusal } from '$lib/core/access/refusal';
import type { ActingAs } from '$lib/protocol/acting-as';
import type { AppRouter } from '$lib/server/api/trpc/router';
import { actingAsHeader, actingAsLink } from './acting-as-link';
import { contact } from './contact';
import { repeatAfterRotation, rotated } from './cookie-rotation';
import { PageIdentity } from './page-identity';
import { reauthentication } from './reauthentication.svelte';
import { repeatWhenBusy } from './repeat-when-busy';
import { repeatingLink } from './repeating-link';
import { hearServerTime } from './server-clock';
import { visitHere } from './visit';

/** The server's procedures. Every call is a request of its own: a slow one never holds up a tick. */
export const api = createTRPCProxyClient<AppRouter>({
  links: [
    actingAsLink({ refusalOf, identity: () => pageIdentity, visit: visitHere }),
    repeatingLink({ refusalOf, mayRepeat: reauthentication.mayRepeat }),
    repeatingLink({ refusalOf, mayRepeat: repeatAfterRotation }),
    repeatingLink({ refusalOf, mayRepeat: (call) => repeatWhenBusy(call) }),
    httpLink({ url: '/trpc', fetch: withDeadline, headers: ({ op }) => actingAsHeader(op.context) })
  ]
});

/** Identity of this page, one for all of it: calls are made from everywhere. */
export const pageIdentity = new PageIdentity(askWho);

/**
 * Asks the server in whose session this browser is, whether or not steps of a sign-in are left; null: in nobody's.
 * What is asked is answered to everybody: that nobody is here is no error, and none stands in the browser's console
 * for it. The cookie changes with every proof of the password: nobody is gone before a second answer says so.
 * @throws without an answer
 */
export async function askWho(): Promise<ActingAs | null> {
  const here = await askWhoOnce();
  if (here) return here;
  await rotated();
  return askWhoOnce();
}

/** The same without the second answer, for where nothing is lost by it. @throws without an answer */
export async function askWhoOnce(): Promise<ActingAs | null> {
  let here: ActingAs | null = null;
  try {
    await api.setup.status.query(undefined, { context: { hears: (as: ActingAs | null) => (here = as) } });
  } catch (error) {
    if (isConnectionFault(error) || !refusalOf(error)) throw error;
  }
  return here;
}

const DEADLINE_MS = 15_000;

/** A request that has no answer by then may be on a way that leads nowhere. */
const LATE_MS = 4_000;

/** A request without an answer by then counts as lost; its operation id makes it safe to repeat. */
async function withDeadline(url: RequestInfo | URL | string, init?: RequestInit): Promise<Response> {
  const late = setTimeout(() => contact.fault('The server is responding slowly.'), LATE_MS);
  const asked = Date.now();
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(DEADLINE_MS) });
    hearServerTime(asked, Date.now(), response.headers.get('date'));
    // What stands between here and the server says that the server is not there.
    if (response.status >= 502 && response.status <= 504) contact.fault('The server is not available.');
    return response;
  } catch (error) {
    contact.fault('The last request didn’t reach the server.');
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/** Refusal that the server answered with; null when the error is none. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof TRPCClientError)) return null;
  const data = error.data as { refusal?: Refusal | null } | undefined;
  return data?.refusal ?? null;
}

/**
 * True when the outcome is unknown: no network, no answer in time, or a server that is not itself. The same
 * operation id may be sent again.
 */
export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const refusal = refusalOf(error);
  if (refusal !== null) return refusal.code === 'busy';
  const status = statusOf(error);
  return status === null || status >= 500;
}

/** True when no server answered: only then is it the connection. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof TRPCClientError && statusOf(error) === null;
}

/** HTTP status of a server's answer; null where there was none. */
function statusOf(error: { data?: unknown }): number | null {
  return (error.data as { httpStatus?: number } | null | undefined)?.httpStatus ?? null;
}
