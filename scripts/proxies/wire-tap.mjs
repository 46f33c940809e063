import { once } from 'node:events';
import { createServer, request } from 'node:http';

/** @typedef {{ method: string, url: string, headers: import('node:http').IncomingHttpHeaders }} Seen */

/**
 * Stands between a proxy and the program behind it, and keeps what comes through.
 * @param {number} to the port of the program
 */
export async function wireTap(to) {
  /** @type {Seen[]} */
  const seen = [];
  const server = createServer((incoming, answer) => {
    const { method = '', url = '', headers } = incoming;
    seen.push({ method, url, headers });
    const passed = request({ host: '127.0.0.1', port: to, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    passed.on('error', () => answer.writeHead(502).end());
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port,
    seen,
    close() {
      server.close();
      server.closeAllConnections();
    }
  };
}
