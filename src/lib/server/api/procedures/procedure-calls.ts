import { text } from 'node:stream/consumers';
import type { AnyRouter } from '@trpc/server';
import { resolveHTTPResponse } from '@trpc/server/http';
import { askingOf } from '../../services/write-path/caller';
import { otherSession } from '../../services/write-path/other-session';
import type { ProcedureCalls } from '../http/outer-server';
import { wasCut } from '../http/was-cut';
import { answerHeaders } from './answer-headers';
import type { Context } from '../trpc/context';
import { RefusedError } from '../trpc/refused-error';
import { callingOf, requestContext, type Call, type ContextDeps } from './request-context';
import { appRouter } from '../trpc/router';
import { userRouter } from '../trpc/user-router';

const TRPC = '/trpc/';

/**
 * The procedures of staff and of users, answered by the outer server without SvelteKit in between
 * (docs/decisions/0066).
 */
export function procedureCalls(around: ContextDeps): ProcedureCalls {
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

async function answerCall(around: ContextDeps, call: Call): Promise<void> {
  const { request, response, facts } = call;
  const { method = 'GET', headers, url = '' } = request;
  const body = method === 'POST' ? await text(request) : undefined;
  const found: Found = await requestContext(around, call).catch((error: unknown) => ({ error }));
  const { router, ...chosen } = routerFor(around, found);
  const { log } = around.deps;
  const [path = '', query = ''] = url.split(/\?(.*)/s, 2);
  const answer = await resolveHTTPResponse({
    router,
    req: { method, headers, query: new URLSearchParams(query), body },
    path: path.slice(TRPC.length),
    createContext: () => {
      if ('error' in chosen.found) throw chosen.found.error;
      return Promise.resolve(chosen.found.context);
    },
    responseMeta: ({ ctx, errors }) => ({ headers: answerHeaders(ctx as Context | undefined, errors) }),
    onError: ({ error, path, ctx }) => {
      if (wasCut(request)) return;
      countMissing(around, ctx as Context | undefined, error);
      if (error.code === 'INTERNAL_SERVER_ERROR')
        log.error({ err: error.cause ?? error, path, request: facts.id }, 'procedure failed');
      else if (error instanceof RefusedError)
        log.info({ path, request: facts.id, refusal: error.refusal.code }, 'refused');
    }
  });
  if ('cookies' in found) found.cookies.writeTo(response);
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    if (value !== undefined) response.setHeader(name, value);
  // With its head not yet written, Node says how long it is: it goes out whole, in one piece.
  response.end(answer.body);
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
