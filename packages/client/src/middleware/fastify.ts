import { askers, type Asked, type ResourceOf, type SubjectOf } from './asker.ts';
import { judge } from './refused.ts';

/** Part of Fastify's reply that is used here. */
type Reply = {
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body: string): unknown;
};

export type FastifyHook<Request> = (request: Request, reply: Reply) => Promise<unknown>;

export type FastifyMiddleware<Request> = {
  /** A `preHandler` that sets `request.rolecall`, an `Asker`. */
  attach: FastifyHook<Request>;
  /** A `preHandler` that lets a request through whose sender has the permission, and answers all others. */
  requires(permission: string, resource?: ResourceOf<Request>): FastifyHook<Request>;
};

/** @param subject who sends a request, as your sign-in knows */
export function forFastify<Request extends object>(
  rolecall: Asked,
  subject: SubjectOf<Request>
): FastifyMiddleware<Request> {
  const askerOf = askers(rolecall, subject);
  return {
    async attach(request) {
      Object.assign(request, { rolecall: await askerOf(request) });
    },
    requires: (permission, resource) => async (request, reply) => {
      const refused = await judge(await askerOf(request), permission, await resource?.(request));
      if (!refused) return undefined;
      reply.code(refused.status);
      reply.headers(refused.headers);
      reply.send(refused.body);
      // Fastify takes the reply for the end of it.
      return reply;
    }
  };
}
