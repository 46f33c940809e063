import { connect, type Socket } from 'node:net';

/** Load on a server: whole HTTP/1.1 requests, one after another on each connection. */
export type Asking = { port: number; requests: readonly Buffer[] };

export type Asked = { perSecond: number; answers: number; yes: number };

const YES = /"(?:decision":true|[^"]*":"EFFECT_ALLOW)"?/;

/**
 * Asks without a pause on so many connections for a while: the next question goes out when the answer is there.
 * Written on bare sockets, since a client that works more than the server measures itself.
 * @throws Error when an answer is not 200
 */
export async function askForAWhile(
  { port, requests }: Asking,
  connections: number,
  forMs: number
): Promise<Asked> {
  const sum = { answers: 0, yes: 0 };
  const began = performance.now();
  const end = began + forMs;
  await Promise.all(
    Array.from({ length: connections }, async (_, nth) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      try {
        await new Promise((resolve) => socket.once('connect', resolve));
        for (let at = nth * 7; performance.now() < end; at++) {
          const answer = await roundTrip(socket, requests[at % requests.length]!);
          sum.answers += 1;
          if (YES.test(answer)) sum.yes += 1;
        }
      } finally {
        socket.destroy();
      }
    })
  );
  return { ...sum, perSecond: (sum.answers / (performance.now() - began)) * 1000 };
}

/** A request as it goes over the wire. */
export function written(path: string, body: unknown, headers: Record<string, string> = {}): Buffer {
  const text = JSON.stringify(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

function roundTrip(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const done = (settle: () => void) => {
      socket.off('data', read);
      socket.off('error', fail);
      socket.off('close', closed);
      settle();
    };
    const read = (chunk: Buffer) => {
      got += chunk.toString('latin1');
      if (!isWhole(got)) return;
      if (got.startsWith('HTTP/1.1 200')) done(() => resolve(got));
      else done(() => reject(new Error(got.slice(0, 500))));
    };
    const fail = (error: Error) => done(() => reject(error));
    const closed = () => done(() => reject(new Error('the connection was closed')));
    socket.on('data', read);
    socket.on('error', fail);
    socket.on('close', closed);
    socket.write(request);
  });
}

/** True if an answer is complete, by its length or its last chunk. */
function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= head + 4 + Number(length);
}
