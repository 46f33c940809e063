import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLEAR, startChaosProxy, type ChaosProxy } from '../faults/chaos-proxy';
import { seeded } from '../faults/random';
import { until } from '../support/replica';

// The faults of the campaigns must be the faults they say they are.

const echoed: Socket[] = [];
const echo = createServer((socket) => {
  echoed.push(socket);
  socket.on('error', () => undefined);
  socket.pipe(socket);
});
let proxy: ChaosProxy;
let clients: Client[] = [];
beforeAll(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
afterAll(() => void echo.close());
beforeEach(async () => {
  proxy = await startChaosProxy((echo.address() as AddressInfo).port, seeded(7));
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
  await proxy.stop();
});

type Client = {
  socket: Socket;
  chunks: Buffer[];
  heard(): string;
  error(): string | undefined;
  closed(): boolean;
  ended(): boolean;
};

async function open(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', noDelay: true });
  const chunks: Buffer[] = [];
  const state = { error: undefined as string | undefined, closed: false, ended: false };
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => (state.error = error.code));
  socket.on('end', () => (state.ended = true));
  socket.on('close', () => (state.closed = true));
  await once(socket, 'connect');
  const client: Client = {
    socket,
    chunks,
    heard: () => Buffer.concat(chunks).toString(),
    error: () => state.error,
    closed: () => state.closed,
    ended: () => state.ended
  };
  clients.push(client);
  return client;
}

/** A connection on which a word has gone there and back. */
async function established(): Promise<Client> {
  const client = await open();
  client.socket.write('hello ');
  await until(() => client.heard() === 'hello ', 'the echo');
  return client;
}

const hears = (client: Client, words: string) =>
  until(() => client.heard() === words, `“${words}”, not “${client.heard()}”`);

describe('the chaos proxy', () => {
  test('passes everything on in clear weather, and ends when an end does', async () => {
    const client = await established();
    const much = 'x'.repeat(300_000);
    client.socket.end(much);
    await until(() => client.closed(), 'the end arrives');
    expect(client.heard() === `hello ${much}`, `${client.heard().length} bytes`).toBe(true);
    expect(client.error()).toBeUndefined();
    await until(() => proxy.connections() === 0);
  });

  test('cuts with an RST, or with an orderly end', async () => {
    const [reset, ended] = [await established(), await established()];
    proxy.cut('reset');
    await until(() => reset.closed() && ended.closed());
    expect(reset.error()).toBe('ECONNRESET');
    expect(ended.error()).toBe('ECONNRESET');
    const next = await established();
    proxy.cut('end');
    await until(() => next.closed());
    expect([next.error(), next.ended()]).toEqual([undefined, true]);
    await until(() => echoed.every((socket) => socket.destroyed), 'the server is told, too');
  });

  test('the chaos proxy stalls, and delivers late', async () => {
    const client = await established();
    proxy.become({ is: 'stalled' });
    client.socket.write('late');
    await sleep(100);
    expect(client.heard()).toBe('hello ');
    proxy.become(CLEAR);
    await hears(client, 'hello late');
  });

  test('swallows in a black hole, and cuts what has a hole in it', async () => {
    proxy.become({ is: 'black-hole' });
    const client = await open();
    client.socket.write('lost');
    await sleep(100);
    expect([client.heard(), client.closed()]).toEqual(['', false]);
    proxy.become(CLEAR);
    await until(() => client.closed());
    expect(client.error()).toBe('ECONNRESET');
    expect((await established()).heard()).toBe('hello ');
  });

  test('the chaos proxy leaves a connection half open: the server’s side is gone, the client’s stands', async () => {
    const client = await established();
    const server = echoed.at(-1)!;
    proxy.become({ is: 'half-open' });
    await until(() => server.destroyed);
    client.socket.write('into nothing');
    await sleep(100);
    expect([client.heard(), client.closed()]).toEqual(['hello ', false]);
    proxy.become(CLEAR);
    await until(() => client.closed());
  });

  test('the chaos proxy refuses new connections and lets the others be', async () => {
    const old = await established();
    proxy.become({ is: 'refused' });
    const fresh = await open().catch((error: NodeJS.ErrnoException) => error.code);
    if (typeof fresh === 'object') {
      await until(() => fresh.closed());
      expect(fresh.heard()).toBe('');
    }
    old.socket.write('still here');
    await hears(old, 'hello still here');
  });

  test('the chaos proxy slices into single bytes', async () => {
    const client = await established();
    client.chunks.length = 0;
    proxy.become({ is: 'sliced' });
    client.socket.write('abcdefghij');
    await hears(client, 'abcdefghij');
    expect(client.chunks.length).toBeGreaterThan(5);
  });

  test('delays by a random time without changing the order', async () => {
    const client = await established();
    proxy.become({ is: 'delayed', upTo: 40 });
    const began = performance.now();
    for (const letter of 'abcdef') {
      client.socket.write(letter);
      await sleep(2);
    }
    await hears(client, 'hello abcdef');
    expect(performance.now() - began).toBeGreaterThan(20);
  });

  test('slows down to 8 KB a second', async () => {
    const client = await established();
    proxy.become({ is: 'slow' });
    client.socket.write('x'.repeat(4096));
    await sleep(300);
    expect(client.heard().length).toBeLessThan(4096);
    proxy.become(CLEAR);
    await until(() => client.heard().length === 6 + 4096, 'the rest');
  });

  test('the chaos proxy gives each connection a weather of its own', async () => {
    const kinds = ['stalled', 'clear'] as const;
    let n = 0;
    proxy.onConnection(() => ({ is: kinds[n++]! }));
    const [stalled, clear] = [await open(), await open()];
    stalled.socket.write('a');
    clear.socket.write('b');
    await hears(clear, 'b');
    expect(stalled.heard()).toBe('');
  });
});
