import { askerFor, type Asked, type ResourceOf, type SubjectOf } from './asker.ts';
import { judge, responseOf } from './refused.ts';

export type GuardOptions = { subject: SubjectOf<Request>; resource?: ResourceOf<Request> };

/** Null lets the request through; what is answered otherwise is a Response. */
export type FetchGuard = (request: Request) => Promise<Response | null>;

/** Guards what takes a `Request` and gives a `Response`. */
export function fetchGuard(
  rolecall: Asked,
  permission: string,
  { subject, resource }: GuardOptions
): FetchGuard {
  return async (request) => {
    const asker = askerFor(rolecall, await subject(request));
    const refused = await judge(asker, permission, await resource?.(request));
    return refused && responseOf(refused);
  };
}
