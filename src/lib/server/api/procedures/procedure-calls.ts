import { text } from 'node:stream/consumers';
import type { AnyRouter, TRPCError } from '@trpc/server';
import { resolveHTTPResponse } from '@trpc/server/http';
import { askingOf } from '../../services/write-path/caller';
import { otherSession } from '../../services/write-path/other-session';
import { SessionMemory } from '../../services/write-path/session-memory';
import type { ProcedureCalls } from '../http/outer-server';
import { wasCut } from '../http/was-cut';
import { answerHeaders } from './answer-headers';
import type { Context } from '../trpc/context';
import { isUnderLock } from '../trpc/init';
import { RefusedError } from '../trpc/refused-error';
import { callingOf, requestContext, type Call, type ContextDeps, type Finding } from './request-context';
import { appRouter } from '../trpc/router';
import { userRouter } from '../trpc/user-router';

const TRPC = '/trpc/';

/**
 * The procedures of staff and of users, answered by the outer server without SvelteKit in between
 * (docs/decisions/0066).
 */
export function procedureCalls(given: Omit<ContextDeps, 'sessions'>): ProcedureCalls {
  const around = { ...given, sessions: new SessionMemory() };
  const { log } = around.deps;
  return {
    answer(request, response, facts) {
      if (!request.url?.startsWith(TRPC)) return false;
      answerCall(around, { request, response, facts }).catch((error: unknown) => {
        if (!wasCut(request)) log.error({ err: error, request: facts.id }, 'a call could not be answered');
        response.destroy();
      });
      return true;
    }
  };
}

type Found = Awaited<ReturnType<typeof requestContext>> | { error: unknown };

/** A call with its body and the name of its procedure, or several names in a batch. */
type Asked = Call & { body: string | undefined; name: string; query: URLSearchParams };

async function answerCall(around: ContextDeps, call: Call): Promise<void> {
  const { request, response } = call;
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
  const name = path.slice(TRPC.length);
  const body = request.method === 'POST' ? await text(request) : undefined;
  const asked = { ...call, body, name, query: new URLSearchParams(query) };
  const atOnce = body !== undefined && isUnderLock(name) ? await judged(around, asked, 'recall') : null;
  const { answer, found, errors } = atOnce?.stands ? atOnce : await judged(around, asked, 'look up');
  errors.forEach((error) => tell(around, asked, error));
  if ('cookies' in found) found.cookies.writeTo(response);
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    if (value !== undefined) response.setHeader(name, value);
  // With its head not yet written, Node says how long it is: it goes out whole, in one piece.
  response.end(answer.body);
}

/**
 * The answer to a call. It stands unless it was given in a session that was recalled and that no lock has found since:
 * then nothing was changed, and nothing of it may leave.
 */
async function judged(around: ContextDeps, asked: Asked, finding: Finding) {
  const { request, body, name, query } = asked;
  const { method = 'GET', headers } = request;
  const found: Found = await requestContext(around, asked, finding).catch((error: unknown) => ({ error }));
  const { router, ...chosen } = routerFor(around, found);
  const errors: Thrown[] = [];
  const answer = await resolveHTTPResponse({
    router,
    req: { method, headers, query, body },
    path: name,
    createContext: () => {
      if ('error' in chosen.found) throw chosen.found.error;
      return Promise.resolve(chosen.found.context);
    },
    responseMeta: ({ ctx, errors }) => ({ headers: answerHeaders(ctx as Context | undefined, errors) }),
    onError: ({ error, path, ctx }) => errors.push({ error, path, ctx: ctx as Context | undefined })
  });
  const session = 'context' in found ? found.context.caller.session : null;
  // That it could not be done now says nothing of the session: once more would wait for the same once more.
  const isBusy = errors.some(({ error }) => error instanceof RefusedError && error.refusal.code === 'busy');
  return { answer, found, errors, stands: session === null || isBusy || around.sessions.stood(session) };
}

type Thrown = { error: TRPCError; path: string | undefined; ctx: Context | undefined };

function tell(around: ContextDeps, { request, facts }: Asked, { error, path, ctx }: Thrown): void {
  if (wasCut(request)) return;
  const { log } = around.deps;
  countMissing(around, ctx, error);
  if (error.code === 'INTERNAL_SERVER_ERROR')
    log.error({ err: error.cause ?? error, path, request: facts.id }, 'procedure failed');
  else if (error instanceof RefusedError)
    log.info({ path, request: facts.id, refusal: error.refusal.code }, 'refused');
}

/** Counts what an application asked for without the permission that it takes. */
function countMissing({ counts }: ContextDeps, ctx: Context | undefined, error: unknown): void {
  const key = ctx?.caller.key;
  if (!key || !(error instanceof RefusedError) || error.refusal.code !== 'access/permission-required') return;
  counts.calls.counted(callingOf(key), 'permission', error.refusal.permission);
}

/** Procedures that there are for whoever calls: users have only some. */
function routerFor(around: ContextDeps, found: Found): { router: AnyRouter; found: Found } {
  const isUsers = 'context' in found && askingOf(found.context.caller)?.kind === 'user';
  if (!isUsers || around.deps.fences?.code === false) return { router: appRouter, found };
  // What a page of somebody else sends is no call of this user's, whatever it asks for: it waits for whose it is.
  const other = otherSession(found.context.claimed, found.context.caller.session);
  return { router: userRouter, found: other ? { error: new RefusedError(other) } : found };
}
