import type { Handle, HandleServerError, RequestEvent } from '@sveltejs/kit';
import type { AnyRouter } from '@trpc/server';
import type { Refusal } from '$lib/core/access/refusal';
import { createTRPCHandle } from 'trpc-sveltekit';
import { ACTING_AS, writeActingAs, type ActingAs } from '$lib/protocol/acting-as';
import { DEVICE_COOKIE, DEVICE_SECONDS } from '$lib/server/auth/devices';
import { bearerIn } from '$lib/core/applications/key-format';
import {
  COOKIE_OPTIONS,
  SESSION_COOKIE,
  validateCookie,
  validateVisit,
  VISIT_COOKIE
} from '$lib/server/auth/sessions';
import { parseToken } from '$lib/server/auth/token';
import { requestScope } from '$lib/server/api/http/request-scope';
import { callerKey } from '$lib/server/services/write-path/admission';
import { askingOf, type CallerKey } from '$lib/server/services/write-path/caller';
import { isOfVisit, otherSession } from '$lib/server/services/write-path/other-session';
import { isPassing } from '$lib/server/services/write-path/faults';
import { callerSession } from '$lib/server/services/write-path/session-policy';
import type { Context } from '$lib/server/api/trpc/context';
import { COME_BACK } from '$lib/server/api/trpc/init';
import { RefusedError } from '$lib/server/api/trpc/refused-error';
import { appRouter } from '$lib/server/api/trpc/router';
import { userRouter } from '$lib/server/api/trpc/user-router';

const TRPC = '/trpc';

/** Who calls, by request: found once, before it is known which procedures there are for them. */
const callers = new WeakMap<RequestEvent, { context: Context } | { error: unknown }>();

/** Answers calls of staff, and calls of users, for whom only some procedures are there. */
const staffTrpc = trpcHandle(appRouter);
const userTrpc = trpcHandle(userRouter);

async function trpc(input: Parameters<Handle>[0]): Promise<Response> {
  const { event } = input;
  if (!event.url.pathname.startsWith(`${TRPC}/`)) return staffTrpc(input);
  const found = await contextOf(event).then(
    (context) => ({ context }),
    (error: unknown) => ({ error })
  );
  const isUsers = 'context' in found && askingOf(found.context.caller)?.kind === 'user';
  if (!isUsers || found.context.deps.fences?.code === false) {
    callers.set(event, found);
    return staffTrpc(input);
  }
  // What a page of somebody else sends is no call of this user's, whatever it asks for: it waits for whose it is.
  const other = otherSession(found.context.claimed, found.context.caller.session);
  callers.set(event, other ? { error: new RefusedError(other) } : found);
  return userTrpc(input);
}

async function contextOf(event: RequestEvent): Promise<Context> {
  const { deps, authority, facts } = scope();
  const orLater = (error: unknown) => {
    throw isPassing(error) ? new RefusedError(COME_BACK) : error;
  };
  const authorization = event.request.headers.get('authorization');
  // With a key nobody looks at cookies: what a browser sends along by itself must not decide who acts.
  const cookies = authorization === null ? event.cookies : null;
  const found =
    authorization === null
      ? null
      : await callerKey(deps.db, bearerIn(authorization), facts.ip).catch(orLater);
  if (found && 'refused' in found) throw new RefusedError(found.refused);
  if (found) count(found);
  const claimed = event.request.headers.get(ACTING_AS);
  const isVisit = cookies !== null && isOfVisit(claimed, cookies.get(VISIT_COOKIE));
  const [cookie, validate] = isVisit ? [VISIT_COOKIE, validateVisit] : [SESSION_COOKIE, validateCookie];
  const session = cookies && (await validate(deps.db, cookies.get(cookie)).catch(orLater));
  const caller = session && callerSession(session, facts.ip);
  let answersAs: ActingAs | null = caller;
  return {
    deps,
    authority,
    caller: {
      request: facts,
      session: caller,
      key: found?.key ?? null,
      device: cookies?.get(DEVICE_COOKIE) ?? null
    },
    claimed,
    isVisit,
    answersAs: () => answersAs,
    setSession(token, personId = caller?.personId) {
      const sid = parseToken(token)?.sid;
      answersAs = sid !== undefined && personId !== undefined ? { personId, sid } : null;
      event.cookies.set(SESSION_COOKIE, token, COOKIE_OPTIONS);
    },
    setVisit: (token, endsAt) =>
      event.cookies.set(VISIT_COOKIE, token, { ...COOKIE_OPTIONS, expires: new Date(endsAt) }),
    dropSession() {
      answersAs = null;
      event.cookies.delete(cookie, COOKIE_OPTIONS);
    },
    setDevice: (token) =>
      event.cookies.set(DEVICE_COOKIE, token, { ...COOKIE_OPTIONS, maxAge: DEVICE_SECONDS }),
    clearSite: () => event.setHeaders({ 'clear-site-data': '"cache", "storage"' })
  };
}

function trpcHandle(router: AnyRouter): Handle {
  return createTRPCHandle({
    router,
    url: TRPC,
    createContext: (event): Context => {
      const found = callers.get(event);
      if (!found) throw new Error('a call that nobody looked at');
      if ('error' in found) throw found.error;
      return found.context;
    },
    responseMeta: ({ ctx, errors }) => ({
      headers: {
        'cache-control': 'no-store',
        ...comeBack(errors),
        ...askForKey(errors),
        ...toldAs(ctx?.answersAs() ?? null)
      }
    }),
    onError: ({ error, path }) => {
      const { deps, facts, wasCut } = scope();
      if (wasCut()) return;
      if (error.code === 'INTERNAL_SERVER_ERROR')
        deps.log.error({ err: error.cause ?? error, path, request: facts.id }, 'procedure failed');
      else if (error instanceof RefusedError)
        deps.log.info({ path, request: facts.id, refusal: error.refusal.code }, 'refused');
    }
  });
}

/** Counts a call with a key among all that its holder makes at this process. @throws RefusedError when those are too many */
function count({ key, perMinute }: { key: CallerKey; perMinute: number | null }): void {
  const { counts, facts } = scope();
  counts.uses.used(key.id, facts, Date.now());
  const { wait } = counts.limits.take(key.holder.id, perMinute, performance.now());
  if (wait !== null) throw new RefusedError({ code: 'busy', retryAfter: wait });
}

/** Tells a page whose session its answer comes from: another page may have signed somebody else in. */
function toldAs(as: ActingAs | null): Record<string, string> {
  return as ? { [ACTING_AS]: writeActingAs(as) } : {};
}

/** That it takes a key, for programs that came with one that does not work (RFC 6750). */
function askForKey(errors: readonly unknown[]): Record<string, string> {
  return refusalsOf(errors).some(({ code }) => code === 'auth/key')
    ? { 'www-authenticate': 'Bearer realm="rolecall", error="invalid_token"' }
    : {};
}

/** When to ask again, for programs that read headers (H-08). */
function comeBack(errors: readonly unknown[]): Record<string, string> {
  const later = refusalsOf(errors).find((refusal) => 'retryAfter' in refusal);
  return later && 'retryAfter' in later ? { 'retry-after': String(later.retryAfter) } : {};
}

/** The refusals of an answer: of procedures as they are written out, of what came before them as errors. */
function refusalsOf(errors: readonly unknown[]): Refusal[] {
  return errors.flatMap((error) => {
    if (error instanceof RefusedError) return error.refusal;
    return (error as { data?: { refusal?: Refusal | null } }).data?.refusal ?? [];
  });
}

export const handle: Handle = async (input) => {
  const response = await trpc(input);
  // Pages are shells without anybody's data, yet they name the build: ask again each time.
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  return response;
};

/** What goes wrong in a page is told to the program's log; the browser gets the request's id. */
export const handleError: HandleServerError = ({ error, event, status }) => {
  const { deps, facts, wasCut } = scope();
  if (status === 404 || wasCut()) return { message: 'not found' };
  deps.log.error({ err: error, path: event.url.pathname, request: facts.id }, 'page failed');
  return { message: `internal error (request ${facts.id})` };
};

function scope() {
  const found = requestScope.getStore();
  if (!found) throw new Error('request outside the outer server');
  return found;
}
