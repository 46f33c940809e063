import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { Follower } from './follower.ts';

// [DEC-5] What a copy does when the console says something else than that it goes on.

const SNAPSHOT = '/access/v1/snapshot';
const ada = { kind: 'administrator', id: 'ada', email: null };
const change = (revision: number, catalogue: string, principals = [ada]) => ({
  revision,
  catalogue,
  roles: [],
  principals,
  gone: { roles: [], principals: [] }
});
const stops: (() => unknown)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

/** A console that says what a test tells it to. */
async function openConsole() {
  const asked: string[] = [];
  const streams: ServerResponse[] = [];
  const state = { revision: 5, hash: 'a', status: 200, begins: true };
  const server = createServer((request, response) => {
    asked.push(request.url!);
    if (state.status !== 200) return void response.writeHead(state.status).end();
    if (request.url === SNAPSHOT) {
      const catalogue = { hash: state.hash, permissions: ['a.b'], ownerOnly: [] };
      return void response.end(JSON.stringify({ ...change(state.revision, ''), catalogue }));
    }
    streams.push(response);
    if (state.begins) say('change', change(state.revision, state.hash));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const say = (event: string, data: object) =>
    streams.at(-1)!.write(`event: ${event}\nid: 1\ndata: ${JSON.stringify(data)}\n\n`);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const follower = new Follower({ origin, key: 'key', timeout: 3000 });
  stops.push(() => {
    follower.close();
    server.closeAllConnections();
    server.close();
  });
  const streaming = async (n: number) => {
    while (streams.length < n) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await streaming(1);
  return { asked, state, say, streams, follower, streaming };
}

test('a stream that ends is gone on with from the revision that is known', async () => {
  const { asked, say, streams, follower, streaming } = await openConsole();
  say('alive', { revision: 9 });
  await follower.reach(9);
  streams[0]!.end();
  await streaming(2);
  expect(asked).toEqual([SNAPSHOT, '/access/v1/changes?since=5', '/access/v1/changes?since=9']);
});

test.each<[string, string, object]>([
  ['another catalogue', 'change', change(9, 'b', [])],
  ['a log that went back', 'alive', { revision: 4 }],
  ['a reset', 'reset', { revision: 9 }],
  ['what is half a change', 'change', { ...change(9, 'a'), principals: [ada, null] }]
])('%s has the copy loaded anew', async (_, event, data) => {
  const { asked, state, say, follower, streaming } = await openConsole();
  state.revision = 9;
  state.hash = 'b';
  say(event, data);
  await streaming(2);
  expect(asked.slice(2)).toEqual([SNAPSHOT, '/access/v1/changes?since=9']);
  await follower.reach(9);
  expect(follower.copy?.revision).toBe(9);
});

test('what lay waiting while this process was asleep does not make the copy younger', async () => {
  const { asked, state, say, follower, streaming } = await openConsole();
  await follower.reach(5);
  state.begins = false;
  say('alive', { revision: 6 });
  // All of this process stands still, as when its machine sleeps.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
  await streaming(2);
  expect(asked.slice(2)).toEqual(['/access/v1/changes?since=5']);
  expect(follower.age()).toBeGreaterThan(2100);
  say('change', change(6, 'a'));
  await follower.reach(6);
  expect(follower.age()).toBeLessThan(2000);
});

test('nor does it when it is read before this process finds out that it slept', async () => {
  const { state, say, follower, streaming } = await openConsole();
  await follower.reach(5);
  state.begins = false;
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 3000);
  stops.push(() => clock.mockRestore());
  say('alive', { revision: 6 });
  await streaming(2);
  expect(follower.age()).toBeGreaterThan(2500);
});

test('the first word of a stream makes the copy no younger than the request for it', async () => {
  const { state, say, streams, follower, streaming } = await openConsole();
  await follower.reach(5);
  state.begins = false;
  streams[0]!.end();
  await streaming(2);
  await new Promise((resolve) => setTimeout(resolve, 200));
  say('change', change(6, 'a'));
  await follower.reach(6);
  expect(follower.age()).toBeGreaterThanOrEqual(195);
});

test('a key that was refused stays refused while nobody answers, and until it works', async () => {
  const { state, streams, follower, streaming, asked } = await openConsole();
  await follower.reach(5);
  state.status = 401;
  streams[0]!.destroy();
  while (!follower.isKeyRefused) await new Promise((resolve) => setTimeout(resolve, 5));
  state.status = 503;
  const before = asked.length;
  while (asked.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setImmediate(resolve));
  expect(follower.isKeyRefused).toBe(true);
  state.status = 200;
  await streaming(2);
  while (follower.isKeyRefused) await new Promise((resolve) => setTimeout(resolve, 5));
});
