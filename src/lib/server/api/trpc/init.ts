import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import { initTRPC, type TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { Refusal } from '../../../core/access/refusal';
import { notFor, type OnlyBy } from '../../../core/applications/only-by';
import type { CommandFacts } from '../../../core/command-facts';
import { COMMANDS, type CommandName } from '../../../core/commands';
import { COMMAND_SCHEMAS } from '../../../protocol/commands/commands';
import { mutate } from '../../services/write-path/mutate';
import type { OperationInput, Mutation } from '../../services/write-path/mutation';
import { isPassing, lacksResources } from '../../services/write-path/faults';
import { refuseInVisit } from '../../services/write-path/refuse-in-visit';
import { otherSession } from '../../services/write-path/other-session';
import { askingOf } from '../../services/write-path/caller';
import { scoped } from '../../services/write-path/scope';
import { UNKNOWN_AUTHORITY } from '../../services/decisions/authority-view';
import type { Context } from './context';
import { RefusedError } from './refused-error';
import { unstorableAt } from './unstorable';

/**
 * Declaration that each procedure makes of itself: a test walks the router and fails on one that does not (ACC-6).
 */
export type Meta = {
  /**
   * `public`: anybody. `steps`: a session, also while steps of its sign-in are left. `signed-in`: any session that
   * is ready. Else the permission its use case asks for.
   */
  access: 'public' | 'steps' | 'signed-in' | { permission: PermissionId };
  /** Only kind of caller that is allowed; absent for all. Procedures before the end of a sign-in are for no key. */
  by?: OnlyBy | undefined;
};

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false,
    errorFormatter({ shape, error, ctx }) {
      const refusal = refusalIn(error);
      const { code, httpStatus, path } = shape.data;
      return {
        ...shape,
        // Messages of faults can hold anything: what leaves is a code and the request's id.
        message: refusal ? refusal.code : `Internal error (request ${ctx?.caller.request.id ?? 'unknown'})`,
        data: { code, httpStatus, path, request: ctx?.caller.request.id ?? null, refusal }
      };
    }
  });

/** Refusal while the database is away; `retryAfter` in seconds. */
export const COME_BACK: Refusal = { code: 'busy', retryAfter: 2 };

export const router = t.router;

/** The only way to make a procedure: with its declaration. An undeclared one is refused before it runs. */
export function procedure(access: Meta['access'], by?: OnlyBy) {
  return t.procedure.meta({ access, by }).use(async ({ ctx, meta, path, rawInput, next }) => {
    if (!meta) throw new RefusedError({ code: 'access/permission-required', permission: 'undeclared' });
    const { session, key } = ctx.caller;
    const other = otherSession(ctx.claimed, session);
    if (other) throw new RefusedError(other);
    const barred = await refuseInVisit(ctx.deps, ctx.caller, path);
    if (barred) throw new RefusedError(barred);
    if (key) {
      const before = meta.access === 'public' || meta.access === 'steps';
      const refused = notFor(before ? 'session' : meta.by, ctx.caller);
      if (refused) throw new RefusedError(refused);
    } else if (meta.access !== 'public') {
      if (!session) throw new RefusedError({ code: 'auth/signed-out' });
      if (meta.access !== 'steps' && session.step !== 'ready')
        throw new RefusedError({ code: 'auth/step-required', next: session.step });
    }
    const field = unstorableAt(rawInput);
    if (field !== null)
      throw new RefusedError({
        code: 'input/invalid',
        field,
        message: 'This holds characters or a field that are never stored.'
      });
    // What anybody may call, and the steps of a sign-in, are nobody's request yet.
    const deps = meta.access === 'public' ? ctx.deps : scoped(ctx.deps, askingOf(ctx.caller));
    // What a process knows by heart of everybody is no user's either.
    const authority = deps.installation ? UNKNOWN_AUTHORITY : ctx.authority;
    const result = await next({ ctx: { ...ctx, deps, authority } });
    // The database is away for a moment: an answer that says so, with a status that no client takes for a fault of
    // ours.
    if (!result.ok && isPassing(result.error.cause)) {
      if (lacksResources(result.error.cause))
        ctx.deps.log.error(
          { err: result.error.cause },
          'the database has no room, memory or connections left'
        );
      throw new RefusedError(COME_BACK);
    }
    return result;
  });
}

/** A procedure of a command: its input and what is declared of it are the table's. */
export function command<N extends CommandName>(name: N) {
  const { permission, by }: Pick<CommandFacts, 'permission' | 'by'> = COMMANDS[name];
  return procedure(permission === null ? 'signed-in' : { permission }, by).input(COMMAND_SCHEMAS[name]);
}

/** Procedures that are one change and nothing before it: the first that they look at is locked. */
const underLock = new Set<string>();

/** True if a procedure judges whoever calls under lock, and answers nothing to whom it has not. */
export function isUnderLock(name: string): boolean {
  return underLock.has(name);
}

/** Resolver of a procedure that runs a defined command: it goes the one way of all changes. */
export function through<I extends OperationInput, A, P, T>(mutation: Mutation<I, A, P, T>) {
  if (!mutation.prepare) underLock.add(mutation.name);
  return async ({ ctx, input }: { ctx: Context; input: I }): Promise<T> =>
    unwrap(await mutate(ctx.deps, ctx.caller, mutation, input));
}

/** Turns what a use case answers into what a procedure returns. */
export function unwrap<T>(result: { refused: Refusal } | { answer: T }): T {
  if ('refused' in result) throw new RefusedError(result.refused);
  return result.answer;
}

function refusalIn(error: TRPCError): Refusal | null {
  if (error instanceof RefusedError) return error.refusal;
  const { cause } = error;
  if (cause instanceof RefusedError) return cause.refusal;
  if (cause instanceof z.ZodError || cause instanceof z.core.$ZodError) {
    const issue = cause.issues[0];
    return {
      code: 'input/invalid',
      field: issue?.path.join('.') || fieldOf(issue) || 'input',
      message: issue?.message ?? 'This input cannot be used.'
    };
  }
  if (error.code === 'NOT_FOUND') return { code: 'not-found', what: 'procedure' };
  if (error.code === 'PARSE_ERROR' || error.code === 'BAD_REQUEST')
    return { code: 'input/invalid', field: 'body', message: 'This is not a well-formed request.' };
  if (error.code === 'METHOD_NOT_SUPPORTED')
    return {
      code: 'input/invalid',
      field: 'method',
      message: 'This procedure is called with another method.'
    };
  return null;
}

function fieldOf(issue: z.core.$ZodIssue | undefined): string | undefined {
  return issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
}
