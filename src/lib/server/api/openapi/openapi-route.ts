import type { OpenRoute } from '../programs/route-kinds';
import { openapiDocument } from './document';

/**
 * The OpenAPI document, for whoever asks: it says what docs/api.md does, and nothing of this installation but its
 * address.
 */
export function openapiRoute(origin: string): Omit<OpenRoute, 'limit'> {
  let made: Buffer | null = null;
  return {
    method: 'GET',
    path: '/api/openapi.json',
    caller: 'anybody',
    answer() {
      made ??= Buffer.from(JSON.stringify(openapiDocument(origin)));
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      return Promise.resolve({ status: 200, body: made, headers });
    }
  };
}
