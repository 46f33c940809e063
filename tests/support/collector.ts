import { once } from 'node:events';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { freePort } from './console';

export type TestCollector = {
  port: number;
  /** Messages it took, whole, in the order in which they came. */
  messages: string[];
  /** Number of connections it saw. */
  connections: number;
  /** Numbers of the entries, without repetitions, in the order in which they first came. */
  numbers(): number[];
  /** It reads nothing any more, as if it hung. */
  hang(): void;
  /** It is gone: connections are reset, nobody listens. */
  kill(): Promise<void>;
  /** It is back on its port, with what it took before. */
  revive(): Promise<void>;
};

/** A syslog collector that takes messages framed by their length, over TCP or TLS. */
export async function startCollector(tls?: { cert: string; key: string }): Promise<TestCollector> {
  const sockets = new Set<Socket>();
  /** Sockets that are read from: over TLS not the connections themselves. */
  const readers = new Set<Socket>();
  let hanging = false;
  let server: Server;
  const collector: TestCollector = {
    // It is gone now and then: nobody else may listen there meanwhile.
    port: await freePort(),
    messages: [],
    connections: 0,
    numbers: () => [
      ...new Set(collector.messages.map((message) => Number(/ seq="(\d+)"/.exec(message)?.[1])))
    ],
    hang() {
      hanging = true;
      for (const reader of readers) reader.pause();
    },
    async kill() {
      for (const socket of sockets) socket.resetAndDestroy();
      sockets.clear();
      server.close();
      await once(server, 'close');
    },
    async revive() {
      hanging = false;
      await listen(collector.port);
    }
  };
  const take = (socket: Socket) => {
    collector.connections += 1;
    readers.add(socket);
    socket.once('close', () => readers.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const blank = rest.indexOf(' ');
        const length = Number(rest.subarray(0, Math.max(0, blank)).toString());
        if (blank < 1 || rest.length < blank + 1 + length) return;
        collector.messages.push(rest.subarray(blank + 1, blank + 1 + length).toString());
        rest = rest.subarray(blank + 1 + length);
      }
    });
    if (hanging) socket.pause();
  };
  async function listen(port: number): Promise<void> {
    server = tls ? createTls(tls, take) : createTcp(take);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('tlsClientError', () => undefined);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }
  await listen(collector.port);
  return collector;
}
