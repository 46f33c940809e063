import type { Handle, HandleServerError } from '@sveltejs/kit';
import { requestScope } from '$lib/server/api/http/request-scope';

export const handle: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  // Pages are shells without anybody's data, yet they name the build: ask again each time.
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  return response;
};

/** Writes an error of a page to the program's log; the browser gets the request's id. */
export const handleError: HandleServerError = ({ error, event, status }) => {
  const found = requestScope.getStore();
  if (!found) throw new Error('request outside the outer server');
  const { log, facts, wasCut } = found;
  if (wasCut() || status === 404) return { message: 'not found' };
  // A request that cannot be read is no fault of the program.
  if (status < 500) return { message: 'malformed request' };
  log.error({ err: error, path: event.url.pathname, request: facts.id }, 'page failed');
  return { message: `internal error (request ${facts.id})` };
};
