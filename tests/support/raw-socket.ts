import { once } from 'node:events';
import { connect } from 'node:net';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import type { ApiClient } from './api-client';

/** A websocket without the y-websocket client behind it: it sends what a test wants, and keeps what it gets. */
export type RawSocket = {
  socket: WebSocket;
  frames: Uint8Array[];
  /** The close code, once there is one. */
  closed: Promise<number>;
  send(data: Uint8Array | string): void;
  [Symbol.dispose](): void;
};

/** Opens `/sync/<path>`; resolves when the upgrade was accepted. */
export async function openRaw(
  client: ApiClient,
  path: string,
  headers: Record<string, string> = {}
): Promise<RawSocket> {
  const socket = new WebSocket(`${client.origin.replace(/^http/, 'ws')}/sync/${path}`, {
    headers: { cookie: client.cookie, origin: client.origin, ...headers }
  });
  const frames: Uint8Array[] = [];
  socket.on('message', (data: Buffer) => frames.push(new Uint8Array(data)));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await once(socket, 'open');
  socket.on('error', () => undefined);
  return {
    socket,
    frames,
    closed,
    send: (data) => socket.send(data),
    [Symbol.dispose]: () => socket.terminate()
  };
}

/** Writes an HTTP request by hand and returns the status of the answer; 0 when the connection just ends. */
export async function rawStatus(port: number, lines: readonly string[]): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const status = await new Promise<number>((resolve) => {
    socket.once('data', (data) => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(data.toString())?.[1] ?? 0)));
    socket.once('close', () => resolve(0));
  });
  socket.destroy();
  return status;
}

/** The lines of an upgrade as a browser sends them; undefined leaves a header out. */
export function upgradeLines(request: string, headers: Record<string, string | undefined>): string[] {
  const all = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers
  };
  return [
    request,
    ...Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  ];
}

/** Any y-websocket frame: numbers as varuints, byte arrays with their length. */
export function frame(...parts: (number | Uint8Array | string)[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const part of parts)
    if (typeof part === 'number') encoding.writeVarUint(encoder, part);
    else if (typeof part === 'string') encoding.writeVarString(encoder, part);
    else encoding.writeVarUint8Array(encoder, part);
  return encoding.toUint8Array(encoder);
}

/** "I have nothing": what a fresh client says first. */
export const STEP_1 = frame(0, 0, frame(0));

/** A presence message of one client. */
export const presence = (client: number, clock: number, state: unknown): Uint8Array =>
  frame(1, frame(1, client, clock, JSON.stringify(state)));

/** The presence entries in frames, newest last. */
export function presenceIn(
  frames: readonly Uint8Array[]
): { client: number; clock: number; state: unknown }[] {
  return frames
    .filter((data) => data[0] === 1)
    .flatMap((data) => {
      const outer = decoding.createDecoder(data);
      decoding.readVarUint(outer);
      const inner = decoding.createDecoder(decoding.readVarUint8Array(outer));
      return Array.from({ length: decoding.readVarUint(inner) }, () => ({
        client: decoding.readVarUint(inner),
        clock: decoding.readVarUint(inner),
        state: JSON.parse(decoding.readVarString(inner)) as unknown
      }));
    });
}
