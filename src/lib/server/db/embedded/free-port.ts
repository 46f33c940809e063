import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { HOST } from './settings';

/**
 * The lowest port, below the ranges from which systems take those of outgoing connections: it must still be free
 * after a restart.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const TRIES = 20;

/** A loopback port that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = await bind(randomInt(LOWEST, HIGHEST));
    if (port !== null) return port;
  }
  const port = await bind(0);
  if (port === null) throw new Error(`no free port on ${HOST}`);
  return port;
}

function bind(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}
