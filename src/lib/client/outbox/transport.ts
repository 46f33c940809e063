import type { Refusal } from '$lib/core/access/refusal';
import { ACTING_AS, writeActingAs, type ActingAs } from '$lib/protocol/acting-as';
import { ROTATION_MS } from '../api/cookie-rotation';
import type { Hands } from '../api/page-identity';
import type { Request } from './requests';

/** Fate of a request. `lost`: nobody knows; the same request may be sent again. */
export type Sent = { is: 'answer'; answer: unknown } | { is: 'refused'; refusal: Refusal } | { is: 'lost' };

export type Transport = (request: Request) => Promise<Sent>;

const DEADLINE_MS = 15_000;

type Body = {
  result?: { data?: unknown };
  error?: { data?: { refusal?: Refusal | null; httpStatus?: number } };
};

/** Function that asks the server: the browser's own `fetch`, or a network that a simulation makes. */
export type Ask = (url: string, request: RequestInit) => Promise<Pick<Response, 'status' | 'json'>>;

/** Sends changes to the server they came from: in pages, and in the service worker when no page is open. */
export function sendOverHttp(hands: Hands): Transport {
  return transportOver((url, request) => fetch(url, request), hands);
}

/** Nobody asks in another's session: what waits there stays its author's. */
const NOT_THEIRS: Sent = { is: 'refused', refusal: { code: 'auth/other-session' } };

export function transportOver(ask: Ask, hands: Hands): Transport {
  return async (request) => {
    const as = await hands.now().catch(() => 'lost' as const);
    if (as === 'lost') return { is: 'lost' };
    if (!as) return NOT_THEIRS;
    const sent = await postTwice(ask, request, as);
    if (!isRefused(sent, 'auth/other-session')) return sent;
    const next = await hands.again().catch(() => 'lost' as const);
    if (next === 'lost') return { is: 'lost' };
    return next ? postTwice(ask, request, next) : sent;
  };
}

/** The cookie changes with every proof of the password: a request that crossed it is sent once more. */
async function postTwice(ask: Ask, request: Request, as: ActingAs): Promise<Sent> {
  const sent = await post(ask, request, as);
  if (!isRefused(sent, 'auth/signed-out')) return sent;
  await new Promise((resolve) => setTimeout(resolve, ROTATION_MS));
  return post(ask, request, as);
}

function isRefused(sent: Sent, code: Refusal['code']): boolean {
  return sent.is === 'refused' && sent.refusal.code === code;
}

async function post(ask: Ask, { procedure, input }: Request, as: ActingAs): Promise<Sent> {
  try {
    const response = await ask(`/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [ACTING_AS]: writeActingAs(as) },
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
  const message = 'The server’s response could not be read.';
  return { is: 'refused', refusal: { code: 'input/invalid', field: 'request', message } };
}
