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
  if (status === 404 || wasCut()) return { message: 'not found' };
  log.error({ err: error, path: event.url.pathname, request: facts.id }, 'page failed');
  return { message: `internal error (request ${facts.id})` };
};
