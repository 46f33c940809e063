import { askerFor, type Asked, type SubjectOf } from './asker.ts';
import type { Resource } from '../decision.ts';
import { judge, responseOf } from './refused.ts';

/** Permission that an event requires. Null: none, anybody may. */
export type Required = string | { permission: string; resource?: Resource } | null;

export type SvelteKitOptions<Event> = {
  /** Sender of a request, as your sign-in knows. */
  subject: SubjectOf<Event>;
  /** Permission that the event requires; undefined (a route that your table lacks) is a no. */
  requires(event: Event): Required | undefined;
};

export type SvelteKitHandle<Event> = (input: {
  event: Event;
  resolve(event: Event): Response | Promise<Response>;
}) => Promise<Response>;

/** A `handle` for `hooks.server.ts`: sets `event.locals.rolecall`, an `Asker`, and answers what may not go on. */
export function forSvelteKit<Event extends { locals: object }>(
  rolecall: Asked,
  { subject, requires }: SvelteKitOptions<Event>
): SvelteKitHandle<Event> {
  return async ({ event, resolve }) => {
    const asker = askerFor(rolecall, await subject(event));
    Object.assign(event.locals, { rolecall: asker });
    const required = requires(event);
    if (required === null) return resolve(event);
    const { permission, resource = undefined } =
      typeof required === 'string' ? { permission: required } : (required ?? { permission: '' });
    const refused = await judge(asker, permission, resource);
    return refused ? responseOf(refused) : resolve(event);
  };
}
