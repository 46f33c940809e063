import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Env } from '../../env';
import type { Deps } from '../../services/write-path/deps';
import { clientAddress, trustedProxies } from './client-address';
import type { ExportRoute } from './export-route';
import { judgeRequest } from './gate';
import { setSecurityHeaders } from './headers';
import { mayReadMetrics } from './metrics-access';
import { requestScope } from './request-scope';

export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void
) => void;

export type Probe = () => Promise<{ ok: boolean; body: string; type?: string }>;

export type OuterServerOptions = {
  env: Env;
  deps: Deps;
  /** Pages and tRPC: SvelteKit's handler, or the development server's. */
  pages: PageHandler;
  /** Exports of the log, which are streams. */
  exports: ExportRoute;
  /** Answers that need no session, by path. */
  probes: Record<string, Probe>;
};

/**
 * The server in front of SvelteKit: the gate, the headers of every answer (static files too) and the limits on slow clients.
 */
export function createOuterServer({ env, deps, pages, exports, probes }: OuterServerOptions): Server {
  const trusted = trustedProxies(env.TRUSTED_PROXIES);
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

      const probe = request.method === 'GET' ? probes[request.url ?? ''] : undefined;
      if (probe && request.url === '/metrics' && !mayReadMetrics(request, env.METRICS_TOKEN))
        return refuse(request, response, 403, 'the metrics are for this machine, or take a token', facts.id);
      if (probe) return void answerProbe(probe, response);
      const refusal = judgeRequest(request, { origin: env.ORIGIN });
      if (refusal) return refuse(request, response, refusal.status, refusal.message, facts.id);
      const no = (status: number, message: string) => refuse(request, response, status, message, facts.id);
      if (exports.answer(request, response, facts, no)) return;
      // Kit derives protocol and host from these; what a client claims there is not for it to decide.
      const { protocol, host } = new URL(env.ORIGIN);
      request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
      request.headers['x-forwarded-host'] = host;
      requestScope.run({ deps, facts }, () =>
        pages(request, response, (error) => {
          if (error) deps.log.error({ err: error, request: facts.id }, 'page failed');
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
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...(unread ? { connection: 'close' } : {})
  });
  response.end(
    JSON.stringify({
      error: {
        message,
        code: -32600,
        data: {
          code: 'BAD_REQUEST',
          httpStatus: status,
          request: id,
          refusal: { code: 'input/invalid', field: 'request', message }
        }
      }
    })
  );
}

async function answerProbe(probe: Probe, response: ServerResponse): Promise<void> {
  const { ok, body, type = 'text/plain; charset=utf-8' } = await probe();
  response.writeHead(ok ? 200 : 503, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
