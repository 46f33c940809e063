import type { Refusal } from '$lib/core/refusal';
import { ROTATION_MS } from '../cookie-rotation';
import type { Request } from './requests';

/** What became of a request. `lost`: nobody knows; the same request may be sent again. */
export type Sent = { is: 'answer'; answer: unknown } | { is: 'refused'; refusal: Refusal } | { is: 'lost' };

export type Transport = (request: Request) => Promise<Sent>;

const DEADLINE_MS = 15_000;

type Body = {
  result?: { data?: unknown };
  error?: { data?: { refusal?: Refusal | null; httpStatus?: number } };
};

/** What asks the server: the browser's own `fetch`, or a network that a simulation makes. */
export type Ask = (url: string, request: RequestInit) => Promise<Pick<Response, 'status' | 'json'>>;

/** Sends a change to the server it came from: in pages, and in the service worker when no page is open. */
export const sendOverHttp: Transport = transportOver((url, request) => fetch(url, request));

export function transportOver(ask: Ask): Transport {
  return async (request) => {
    const sent = await post(ask, request);
    // The cookie changes with every proof of the password: a request that crossed it is sent once more.
    if (sent.is !== 'refused' || sent.refusal.code !== 'auth/signed-out') return sent;
    await new Promise((resolve) => setTimeout(resolve, ROTATION_MS));
    return post(ask, request);
  };
}

async function post(ask: Ask, { procedure, input }: Request): Promise<Sent> {
  try {
    const response = await ask(`/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(DEADLINE_MS)
    });
    return read(response.status, (await response.json()) as Body);
  } catch {
    return { is: 'lost' };
  }
}

function read(status: number, { result, error }: Body): Sent {
  if (result) return { is: 'answer', answer: result.data };
  const refusal = error?.data?.refusal;
  if (refusal) return { is: 'refused', refusal };
  if (!error || status >= 500) return { is: 'lost' };
  const message = 'The server answered in a way this page does not understand.';
  return { is: 'refused', refusal: { code: 'input/invalid', field: 'request', message } };
}
