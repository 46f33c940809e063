import type { IncomingMessage } from 'node:http';

/** True when the sender cut the request before it was whole: what went wrong with it is then no fault of ours. */
export function wasCut(request: IncomingMessage): boolean {
  return !request.complete && request.destroyed;
}
