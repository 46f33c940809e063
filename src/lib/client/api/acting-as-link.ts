import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import type { Refusal } from '$lib/core/access/refusal';
import { ACTING_AS, readActingAs, writeActingAs, type ActingAs } from '$lib/protocol/acting-as';
import type { AppRouter } from '$lib/server/api/trpc/router';
import type { PageIdentity } from './page-identity';

/** Options of a call besides its input. */
export type CallContext = {
  /** Session that it is meant in, where that is not the page's own. */
  as?: ActingAs;
  /** Called with the session in which the server answered; null: in nobody's. */
  hears?: (as: ActingAs | null) => void;
};

/** Calls that are nobody's: who is here is what they ask, or everybody is told the same, or they begin a session. */
const NOBODYS = new Set([
  'me.get',
  'catalogue.get',
  'setup.status',
  'setup.createOwner',
  'auth.signIn',
  'auth.readInvitation',
  'auth.acceptInvitation'
]);

type Options = {
  identity: () => PageIdentity;
  refusalOf: (error: unknown) => Refusal | null;
  /** User in whose place the whole page is: all of its calls say so. Null: nobody. */
  visit?: () => ActingAs | null;
};

/**
 * Says of each call whose it is, and sends it once more when its person has another session by now. When somebody
 * else is here, or nobody, its caller gets the refusal.
 */
export function actingAsLink({ identity, refusalOf, visit = () => null }: Options): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const context = op.context as CallContext;
        const visited = visit();
        if (visited) context.as = visited;
        const hands = NOBODYS.has(op.path) || context.as ? null : identity().hands();
        let gone = false;
        let current: Unsubscribable | null = null;
        const fail = (error: unknown) => observer.error(error as TRPCClientError<AppRouter>);
        const send = (again: boolean) => {
          if (gone) return;
          current = next(op).subscribe({
            next(value) {
              context.hears?.(toldAs(value.context));
              observer.next(value);
            },
            complete: () => observer.complete(),
            error(error) {
              context.hears?.(toldAs(error.meta));
              if (again || !hands || refusalOf(error)?.code !== 'auth/other-session') return fail(error);
              hands.again().then((as) => (as ? stamped(as, true) : fail(error)), fail);
            }
          });
        };
        const stamped = (as: ActingAs, again: boolean) => {
          context.as = as;
          send(again);
        };
        if (context.as || NOBODYS.has(op.path)) send(false);
        else if (!hands) fail(signedOut(op.path));
        else hands.now().then((as) => (as ? stamped(as, false) : fail(signedOut(op.path))), fail);
        return () => {
          gone = true;
          current?.unsubscribe();
        };
      });
}

/** The header of a call. */
export function actingAsHeader(context: CallContext): Record<string, string> {
  return context.as ? { [ACTING_AS]: writeActingAs(context.as) } : {};
}

/** Session in which an answer was given. */
function toldAs(meta: Record<string, unknown> | undefined): ActingAs | null {
  const told = (meta as { response?: Response } | undefined)?.response?.headers.get(ACTING_AS);
  return told ? readActingAs(told) : null;
}

/**
 * Error for a page whose person is not signed in here, given without asking: the server would answer for somebody
 * else.
 */
function signedOut(path: string): TRPCClientError<AppRouter> {
  const refusal: Refusal = { code: 'auth/signed-out' };
  const data = { code: 'UNAUTHORIZED' as const, httpStatus: 401, path, request: null, refusal };
  return TRPCClientError.from({ error: { code: -32001, message: refusal.code, data } });
}
