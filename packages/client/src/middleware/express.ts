import type { ServerResponse } from 'node:http';
import { askers, type Asked, type ResourceOf, type SubjectOf } from './asker.ts';
import { judge } from './refused.ts';

type Next = (error?: unknown) => void;

/** Also of whatever else passes Node's own request and response on: Connect, Polka, `node:http`. */
export type ExpressHandler<Request> = (request: Request, response: ServerResponse, next: Next) => void;

export type ExpressMiddleware<Request> = {
  /** Sets `request.rolecall`, an `Asker`. */
  attach: ExpressHandler<Request>;
  /** Lets a request through whose sender has the permission, and answers all others. */
  requires(permission: string, resource?: ResourceOf<Request>): ExpressHandler<Request>;
};

/** @param subject who sends a request, as your sign-in knows */
export function forExpress<Request extends object>(
  rolecall: Asked,
  subject: SubjectOf<Request>
): ExpressMiddleware<Request> {
  const askerOf = askers(rolecall, subject);
  return {
    attach(request, _response, next) {
      askerOf(request).then((rolecall) => {
        Object.assign(request, { rolecall });
        next();
      }, next);
    },
    requires: (permission, resource) => (request, response, next) => {
      const judged = async () => judge(await askerOf(request), permission, await resource?.(request));
      judged().then((refused) => {
        if (!refused) return next();
        response.writeHead(refused.status, refused.headers).end(refused.body);
      }, next);
    }
  };
}
