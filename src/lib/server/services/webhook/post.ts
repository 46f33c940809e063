import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { reachableAddress, type Reach } from './reachable-address';
import { Unreachable } from './unreachable';

const DEADLINE_MS = 5000;
/** More of an answer is not read. */
const MOST_ANSWER = 4096;

export type PostOptions = Reach & { deadlineMs?: number };

/** Answer of a web address. `problem`: a sentence when it did not take it; `status` null: it did not answer. */
export type Posted = { status: number | null; problem: string | null; said: string };

/**
 * Posts JSON once. The name is resolved and judged for this one connection, which goes to the address that was
 * judged; redirects are not followed, and all of it has five seconds. Never rejects.
 */
export async function post(
  target: string,
  body: string,
  headers: Record<string, string>,
  options: PostOptions
): Promise<Posted> {
  const deadline = AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS);
  try {
    const url = new URL(target);
    const { address, family } = await until(deadline, reachableAddress(url, options));
    const response = await send(url, body, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Rolecall-Webhooks', ...headers },
      // The address that was judged, whatever the name resolves to by now.
      lookup: (_host, asked, done) =>
        asked.all ? done(null, [{ address, family }]) : done(null, address, family),
      agent: false,
      signal: deadline
    });
    const status = response.statusCode ?? 0;
    const said = await beginning(response);
    return { status, said, problem: problemOf(status) };
  } catch (error) {
    return { status: null, said: '', problem: faultOf(error, deadline) };
  }
}

function send(url: URL, body: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve);
    request.on('error', reject);
    request.end(body);
  });
}

/** The beginning of an answer, as far as it is of use; the rest is not waited for. */
async function beginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MOST_ANSWER) break;
    }
  } catch {
    // It answered; that it did not end its answer takes nothing from that.
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, MOST_ANSWER).toString();
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `It answered ${status}: redirects are not followed.`;
  return `It answered ${status}.`;
}

function faultOf(error: unknown, deadline: AbortSignal): string {
  if (error instanceof Unreachable) return error.message;
  if (deadline.aborted) return 'It did not answer in time.';
  // Codes alone: a message could hold what is in the address.
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no connection';
  return `It could not be reached (${code}).`;
}

/** The same, given up when the deadline passes. */
function until<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    deadline.addEventListener('abort', () => reject(new Error('too late')), { once: true });
    work.then(resolve, reject);
  });
}
