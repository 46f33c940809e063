import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { parseCookie } from 'cookie';
import type { RequestFacts } from '../../services/write-path/caller';
import type { Deps } from '../../services/write-path/deps';
import { fetchExport, type ExportStream, type FetchingRequest } from '../../services/log/export/fetch-export';
import { exportUsage, LONGEST_EXPORT_DAYS } from '../../services/quotas/export-usage';

const USAGE = /^\/export\/usage(?:\?days=(\d{1,3}))?$/;
const ROUTE = /^\/export\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** A reader that takes nothing for so long is gone. */
const STALLED_MS = 60_000;

export type ExportRoute = {
  /** Answers a request for an export; false when it is for something else. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    facts: RequestFacts,
    refuse: (status: number, message: string) => void
  ): boolean;
  /** Cuts what is under way, and waits until the log says so. */
  stop(): Promise<void>;
};

/**
 * Route from which exports are fetched: streams, which tRPC has none of. One of the log was asked for with
 * `log.export`; usage is asked for here. In one piece: its answers share the exports that are under way.
 */
export function exportRoute(deps: Deps): ExportRoute {
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  return {
    answer(request, response, facts, refuse) {
      const begin = whichExport(deps, request.url ?? '');
      if (begin === null) return false;
      if (request.method !== 'GET') refuse(405, 'method not allowed');
      // A link on somebody's page must not use an export up.
      else if (!['same-origin', 'none', undefined].includes(header(request, 'sec-fetch-site')))
        refuse(403, 'request from another origin');
      else {
        const work = send(request, response, facts, refuse, begin)
          .catch((error: unknown) => {
            deps.log.error({ err: error, request: facts.id }, 'an export could not be sent');
            if (response.headersSent) response.destroy();
            else refuse(500, 'internal error');
          })
          .finally(() => running.delete(work));
        running.add(work);
      }
      return true;
    },
    async stop() {
      stopping.abort();
      await Promise.all(running);
    }
  };

  async function send(
    request: IncomingMessage,
    response: ServerResponse,
    facts: RequestFacts,
    refuse: (status: number, message: string) => void,
    begin: Begin
  ): Promise<void> {
    const cookies = parseCookie(request.headers.cookie ?? '');
    const stream = await begin({ cookies, facts });
    if ('refused' in stream) {
      const { code } = stream.refused;
      return refuse(code === 'auth/signed-out' ? 401 : code === 'not-found' ? 404 : 403, code);
    }
    let sent = false;
    try {
      response.writeHead(200, {
        'content-type': stream.type,
        'content-disposition': `attachment; filename="${stream.fileName}"`,
        'cache-control': 'no-store',
        'content-security-policy': "sandbox; default-src 'none'",
        // A proxy that takes it all in first would hide how far it is, and hold up nobody who writes it.
        'x-accel-buffering': 'no'
      });
      cutWhenStalled(response);
      sent = await sendAll(stream, response);
    } finally {
      await stream.close(sent);
    }
  }

  /**
   * True when the reader has all of it. Cut short, the connection ends without the end of the message: no reader
   * takes it for whole.
   */
  async function sendAll(stream: ExportStream, response: ServerResponse): Promise<boolean> {
    try {
      await pipeline(stream.chunks, response, { signal: AbortSignal.any([stream.signal, stopping.signal]) });
      return true;
    } catch {
      response.destroy();
      return false;
    }
  }
}

type Begin = (asked: FetchingRequest) => Promise<{ refused: { code: string } } | ExportStream>;

/** Function that begins the export of an address; null when it is the address of none. */
function whichExport(deps: Deps, url: string): Begin | null {
  const usage = USAGE.exec(url);
  if (usage) {
    const days = Math.min(LONGEST_EXPORT_DAYS, Number(usage[1] ?? LONGEST_EXPORT_DAYS));
    return (asked) => exportUsage(deps, asked, days);
  }
  const id = ROUTE.exec(url)?.[1];
  return id === undefined ? null : (asked) => fetchExport(deps, asked, id);
}

/** A filter that few entries fit may find nothing to send for long: that is no fault of the reader's. */
function cutWhenStalled(response: ServerResponse): void {
  response.setTimeout(STALLED_MS, () => {
    if (response.writableLength > 0) response.destroy();
    else cutWhenStalled(response);
  });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
