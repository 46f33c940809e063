import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { nameResolver } from './resolve-name';
import { Unreachable } from './unreachable';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** A name server: `answer` makes an answer of a question, null: it says nothing. */
async function nameServer(answer: (question: Buffer) => Buffer | null): Promise<string> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (question, from) => {
    const said = answer(question);
    if (said) socket.send(said, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `127.0.0.1:${(socket.address() as AddressInfo).port}`;
}

/** 1.2.3.4 for who asks for IPv4, nothing for others. */
function knows(question: Buffer): Buffer {
  // The question ends with its type and class, after the name.
  const end = question.indexOf(0, 12) + 5;
  const isA = question.readUInt16BE(end - 4) === 1;
  const said = Buffer.from(question.subarray(0, end));
  said.writeUInt16BE(0x8180, 2);
  said.writeUInt16BE(isA ? 1 : 0, 6);
  said.writeUInt32BE(0, 8);
  const address = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]);
  return isA ? Buffer.concat([said, address]) : said;
}

test('[QUO-9] a name is looked up at its name servers; addresses and this machine need none', async () => {
  const resolve = nameResolver({ servers: [await nameServer(knows)] });
  expect(await resolve('hooks.example')).toEqual([{ address: '1.2.3.4', family: 4 }]);
  expect(await resolve('::1')).toEqual([{ address: '::1', family: 6 }]);
  expect((await resolve('localhost')).map(({ address }) => address)).toEqual(['127.0.0.1', '::1']);
});

test('[QUO-9] name servers that do not answer hold nothing up: few look-ups at once, each of them ends, and files are read meanwhile', async () => {
  const asked: string[] = [];
  const server = await nameServer((question) => {
    asked.push(question.toString('latin1'));
    return null;
  });
  const resolve = nameResolver({ servers: [server], timeoutMs: 1000, most: 6 });
  const looks = Array.from({ length: 20 }, (_, at) =>
    resolve(`h${at}.example`).catch((error: unknown) => error)
  );
  let ended = 0;
  for (const look of looks.slice(0, 6)) void look.then(() => (ended += 1));
  expect(await Promise.all(looks.slice(6))).toEqual(
    Array.from({ length: 14 }, () => expect.any(Unreachable) as object)
  );
  // More than there are threads hang, and reading takes one.
  await readFile(new URL(import.meta.url));
  expect(ended).toBe(0);
  expect(await Promise.all(looks.slice(0, 6))).toEqual(Array.from({ length: 6 }, () => []));
  expect(new Set(asked.map((text) => /h\d+/.exec(text)?.[0])).size).toBe(6);
  // Those that ended make room again.
  expect(await resolve('h99.example')).toEqual([]);
});
