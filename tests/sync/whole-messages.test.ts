import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection } from '../../ws-server/connection';
import { updateBroadcast } from '../../ws-server/frames';
import type { Room } from '../../ws-server/room';

// Changes are written past `ws`, onto the stream that it writes to. That holds as long as it writes every message at
// once and whole; these tests fail if a new version does otherwise.

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

/** Both ends of a socket that was accepted as the gateway does, with what the client got. */
async function join() {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
  const accepted = new Promise<{ socket: WebSocket; stream: Duplex }>((resolve) =>
    server.on('upgrade', (request, stream, head) =>
      sockets.handleUpgrade(request, stream, head, (socket) => resolve({ socket, stream }))
    )
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: (number | string)[] = [];
  client.on('message', (data: Buffer, isBinary) => got.push(isBinary ? data.length : 'text'));
  client.on('ping', () => got.push('ping'));
  const { socket, stream } = await accepted;
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  ends.push(() => {
    client.terminate();
    socket.terminate();
    server.close();
  });
  const room = { name: 'roles', leave: () => undefined } as unknown as Room;
  const holder = {
    ...{ sid: 's', personId: 'p', kind: 'administrator' as const, name: 'Ada' },
    ...{ roleId: 'r', packageId: null, owner: false, seesUsage: true, visit: null }
  };
  const connection = new Connection(socket, room, holder, '127.0.0.1', 0, stream);
  return { client, socket, connection, got };
}

/** A change whose frame is so many bytes long. */
const carrying = (frame: number) => {
  for (let bytes = frame - 3; ; bytes--) {
    const told = updateBroadcast(new Uint8Array(bytes).fill(7));
    if (told.frame.length === frame) return told;
  }
};

test('changes of every length arrive whole and in order among what ws sends itself', async () => {
  const { client, socket, connection, got } = await join();
  const expected: (number | string)[] = [];
  connection.sendDifference(new Uint8Array(10));
  expected.push(13);
  for (let turn = 0; turn < 20; turn++)
    for (const length of [5, 125, 126, 65_535, 65_536, 100_000]) {
      connection.sendUpdate(carrying(length), 0, 0);
      socket.send(new Uint8Array(length + 1));
      connection.ping();
      connection.sendUpdate(carrying(length), 0, 0);
      expected.push(length, length + 1, 'ping', length);
      // Beyond this a reader lags, and gets no changes.
      while (connection.buffered > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  socket.send('text');
  expected.push('text');
  await expect.poll(() => got.length).toBe(expected.length);
  expect(got).toEqual(expected);
  expect(client.readyState).toBe(WebSocket.OPEN);
});

test('what is written past ws counts as waiting for its reader', async () => {
  const { client, socket, connection } = await join();
  connection.sendDifference(new Uint8Array(1));
  client.pause();
  for (let n = 0; n < 200 && connection.buffered === 0; n++) connection.sendUpdate(carrying(65_536), 0, 0);
  expect(connection.buffered).toBeGreaterThan(0);
  expect(connection.buffered).toBe(socket.bufferedAmount);
});

test('nothing is written after the close', async () => {
  const { client, connection, got } = await join();
  connection.sendDifference(new Uint8Array(10));
  connection.close(4403, 'no longer allowed');
  connection.sendUpdate(carrying(50), 0, 0);
  const [code] = (await once(client, 'close')) as [number];
  expect([code, got]).toEqual([4403, [13]]);
});
