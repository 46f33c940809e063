import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse
} from 'node:http';
import type { Refusal } from '../../../core/access/refusal';
import type { Env } from '../../env';
import type { RequestFacts } from '../../services/write-path/caller';
import type { Deps } from '../../services/write-path/deps';
import { clientAddress, trustedProxies } from './client-address';
import type { ExportRoute } from './export-route';
import { callsOf, judgeRequest, namesTwoHosts } from './gate';
import { setSecurityHeaders } from './headers';
import { mayReadMetrics } from './metrics-access';
import { answerPage, opensPage } from './refusal-page';
import { policyOf } from './route-policies';
import { RequestLimits } from './request-limits';
import { requestScope } from './request-scope';
import { wasCut } from './was-cut';

export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void
) => void;

export type Probe = () => Promise<{ ok: boolean; body: string; type?: string }>;

/** Answers a request of a program; false when it is for something else. */
export type ProgramEndpoints = {
  answer(request: IncomingMessage, response: ServerResponse, facts: RequestFacts): boolean;
};

/** Answers calls of procedures that passed the gate; false when the request is for something else. */
export type ProcedureCalls = {
  answer(request: IncomingMessage, response: ServerResponse, facts: RequestFacts): boolean;
};

export type OuterServerOptions = {
  env: Env;
  deps: Deps;
  procedures: ProcedureCalls;
  /** Pages: SvelteKit's handler, or the development server's. */
  pages: PageHandler;
  /** Exports of the log, which are streams. */
  exports: ExportRoute;
  /** Endpoints for programs, which come with a key. */
  programs: ProgramEndpoints;
  /** Answers that need no session, by path. */
  probes: Record<string, Probe>;
};

/**
 * The server in front of SvelteKit: the gate, the headers of every answer (static files too) and the limits on slow
 * clients and on those who ask too much. In one piece: what is judged first protects what comes after it.
 */
export function createOuterServer({
  env,
  deps,
  procedures,
  pages,
  exports,
  programs,
  probes
}: OuterServerOptions): Server {
  const trusted = trustedProxies(env.TRUSTED_PROXIES);
  const limits = new RequestLimits({
    perSession: env.REQUESTS_PER_SESSION,
    perAddress: env.REQUESTS_PER_ADDRESS
  });
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000
    },
    (request, response) => {
      const facts = {
        id: randomUUID(),
        ...clientAddress(request, trusted),
        userAgent: request.headers['user-agent'] ?? null
      };
      response.setHeader('x-request-id', facts.id);
      setSecurityHeaders(response, env.ORIGIN);

      if (namesTwoHosts(request)) return refuse(request, response, 400, 'more than one host', facts.id);
      const { url = '/', method = 'GET' } = request;
      const probe = method === 'GET' ? probes[url] : undefined;
      const isForMonitoring = probe !== undefined && policyOf(url).caller === 'monitoring';
      if (isForMonitoring && !mayReadMetrics(request, env.METRICS_TOKEN))
        return refuse(request, response, 403, 'the metrics are for this machine, or take a token', facts.id);
      if (probe) return void answerProbe(probe, response);
      if (programs.answer(request, response, facts)) return;
      const refusal = judgeRequest(request, { origin: env.ORIGIN });
      if (refusal && opensPage(request)) return answerPage(response, refusal, env.ORIGIN);
      if (refusal) return refuse(request, response, refusal.status, refusal.message, facts.id);
      const calls = callsOf(request);
      const wait = calls === 0 ? null : limits.retryAfter(request, facts.ip, calls, performance.now());
      if (wait !== null) return comeBackLater(response, wait, facts.id);
      const no = (status: number, message: string) => refuse(request, response, status, message, facts.id);
      if (procedures.answer(request, response, facts)) return;
      if (exports.answer(request, response, facts, no)) return;
      // Kit derives protocol and host from these; what a client claims there is not for it to decide.
      const { protocol, host } = new URL(env.ORIGIN);
      request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
      request.headers['x-forwarded-host'] = host;
      const cut = () => wasCut(request);
      requestScope.run({ log: deps.log, facts, wasCut: cut }, () =>
        pages(request, response, (error) => {
          if (error && !cut()) deps.log.error({ err: error, request: facts.id }, 'page failed');
          refuse(request, response, error ? 500 : 404, error ? 'internal error' : 'not found', facts.id);
        })
      );
    }
  );
  server.maxHeadersCount = 100;
  server.on('clientError', (_error, socket) => {
    // Cut when it is said: what is no request has no time limit, and its sender may never close its half.
    socket.once('finish', () => socket.destroy());
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

/** Numbers that tRPC gives to errors. */
const BAD_REQUEST = -32600;
const TOO_MANY = -32029;

/** A short JSON answer in tRPC's shape, so that every client reads it the same way. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
  id: string
): void {
  if (response.headersSent) return void response.destroy();
  // What was sent of the body is not read: the connection cannot be used again.
  const unread = request.method === 'POST';
  const refusal: Refusal = { code: 'input/invalid', field: 'request', message };
  answer(
    response,
    { status, message, code: 'BAD_REQUEST', id, refusal },
    unread ? { connection: 'close' } : {}
  );
}

/** Sends a client away for a while. It keeps its connection: what comes of the body, 64 KiB at most, is thrown away. */
function comeBackLater(response: ServerResponse, retryAfter: number, id: string): void {
  const refusal: Refusal = { code: 'busy', retryAfter };
  const said = { status: 429, message: refusal.code, code: 'TOO_MANY_REQUESTS', id, refusal };
  answer(response, said, { 'retry-after': String(retryAfter) });
}

type Said = { status: number; message: string; code: string; id: string; refusal: Refusal };

function answer(response: ServerResponse, said: Said, headers: OutgoingHttpHeaders): void {
  const { status, message, code, id, refusal } = said;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers
  });
  const data = { code, httpStatus: status, request: id, refusal };
  response.end(JSON.stringify({ error: { message, code: status === 429 ? TOO_MANY : BAD_REQUEST, data } }));
}

async function answerProbe(probe: Probe, response: ServerResponse): Promise<void> {
  const { ok, body, type = 'text/plain; charset=utf-8' } = await probe();
  response.writeHead(ok ? 200 : 503, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
