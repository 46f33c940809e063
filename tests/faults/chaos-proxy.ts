import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random';

/**
 * Condition of a way to the server, by what it does to the bytes on it.
 *
 * `stalled`: nothing arrives, as when packets are lost; it arrives later, if the weather clears in time.
 * `black-hole`: connections are accepted, and whatever is sent is swallowed; they are cut when the weather clears,
 * since a stream with a hole in it is none.
 * `half-open`: the server's side is gone, and the client's side is not told.
 * `refused`: new connections are cut at once; those that stand go on.
 * `sliced`: byte by byte. `delayed`: up to some milliseconds late, in order. `slow`: 8 KB a second each way.
 */
export type Weather =
  | { is: 'clear' | 'stalled' | 'black-hole' | 'half-open' | 'refused' | 'sliced' | 'slow' }
  | { is: 'delayed'; upTo: number };

export const CLEAR: Weather = { is: 'clear' };

/** A TCP proxy that damages what goes through it. It knows nothing of what that is. */
export type ChaosProxy = {
  readonly port: number;
  /** Connections that stand. */
  connections(): number;
  /** The weather from now on, for connections that stand and for new ones. */
  become(weather: Weather): void;
  /** New connections each get a weather of their own. */
  onConnection(choose: (() => Weather) | null): void;
  /** Cuts connections: all, or each with a probability. `reset` is an RST, `end` an orderly FIN in mid-stream. */
  cut(how: 'reset' | 'end', probability?: number): void;
  stop(): Promise<void>;
};

const SLOW_BYTES = 1024;
const SLOW_MS = 125;
/** So much of a chunk goes byte by byte: enough to split every header and frame, and not a minute for a script. */
const SLICED_BYTES = 1500;

/** Starts a proxy in front of a port of this machine. */
export async function startChaosProxy(target: number, random: Random): Promise<ChaosProxy> {
  const links = new Set<Link>();
  let weather = CLEAR;
  let choose: (() => Weather) | null = null;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (weather.is === 'refused') {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const link = new Link(
      client,
      connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true }),
      random
    );
    link.become(choose && weather.is === 'clear' ? choose() : weather);
    links.add(link);
    void link.gone.then(() => links.delete(link));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => links.size,
    become(next) {
      weather = next;
      for (const link of links) link.become(next);
    },
    onConnection(next) {
      choose = next;
    },
    cut(how, probability = 1) {
      for (const link of links) if (random.chance(probability)) link.cut(how);
    },
    async stop() {
      for (const link of links) link.cut('reset');
      server.close();
      await once(server, 'close');
    }
  };
}

/** One connection through the proxy: two sockets, and what happens between them. */
class Link {
  readonly gone: Promise<void>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #random: Random;
  #weather: Weather = CLEAR;
  #swallowed = false;
  #changed: () => void = () => undefined;
  #change = new Promise<void>((resolve) => (this.#changed = resolve));

  constructor(client: Socket, server: Socket, random: Random) {
    this.#client = client;
    this.#server = server;
    this.#random = random;
    for (const socket of [client, server]) socket.on('error', () => this.cut('reset'));
    server.on('close', () => this.#weather.is !== 'half-open' && this.cut('end'));
    client.on('close', () => this.cut('end'));
    this.gone = Promise.all([once(client, 'close'), once(server, 'close')]).then(
      () => undefined,
      () => undefined
    );
    void this.#pass(client, server);
    void this.#pass(server, client);
  }

  become(weather: Weather): void {
    const before = this.#weather;
    this.#weather = weather;
    this.#changed();
    this.#change = new Promise<void>((resolve) => (this.#changed = resolve));
    if (weather.is === 'half-open') this.#server.resetAndDestroy();
    // Whoever writes into what is only half a connection hears of it now.
    else if (before.is === 'half-open' || this.#swallowed) this.cut('reset');
  }

  cut(how: 'reset' | 'end'): void {
    for (const socket of [this.#client, this.#server])
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
  }

  /** Carries one direction until it ends. */
  async #pass(from: Socket, to: Socket): Promise<void> {
    try {
      // Else the end of one direction would end both.
      for await (const chunk of from.iterator({ destroyOnReturn: false }))
        await this.#deliver(chunk as Buffer, to);
      // The other direction may go on.
      if (this.#weather.is !== 'half-open' && !to.destroyed) to.end();
    } catch {
      // Cut off in the middle: both sides are told by their own sockets.
    }
  }

  async #deliver(chunk: Buffer, to: Socket): Promise<void> {
    while (this.#weather.is === 'stalled' && !to.destroyed) await Promise.race([this.#change, sleep(1000)]);
    const weather = this.#weather;
    switch (weather.is) {
      case 'black-hole':
      case 'half-open':
        this.#swallowed = true;
        return;
      case 'delayed':
        await sleep(this.#random.whole(0, weather.upTo));
        return write(to, chunk);
      case 'sliced':
        for (const byte of chunk.subarray(0, SLICED_BYTES)) {
          await write(to, Buffer.of(byte));
          await turn();
        }
        return write(to, chunk.subarray(SLICED_BYTES));
      case 'slow':
        for (let at = 0; at < chunk.length; at += SLOW_BYTES) {
          // The rest goes as the weather is by then.
          if (this.#weather.is !== 'slow') return this.#deliver(chunk.subarray(at), to);
          await write(to, chunk.subarray(at, at + SLOW_BYTES));
          await sleep(SLOW_MS);
        }
        return;
      default:
        return write(to, chunk);
    }
  }
}

async function write(to: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || to.destroyed) return;
  if (!to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
}
