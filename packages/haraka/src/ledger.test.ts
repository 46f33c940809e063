import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Ledger, Rejected, Unreachable } from './ledger.ts';

// [QUO-4] [QUO-5] What a console answers, over real HTTP, as the mail server takes it.

let server: Server | null = null;
afterEach(() => server?.close());

async function ledger(answer: () => { status: number; body: object }) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status, body } = answer();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, made: new Ledger({ origin, key: 'k', timeoutMs: 1500, holdSeconds: 60 }) };
}
const ASK = { login: 'olga@x.example', units: 3, key: 'k' };

test.each([
  [429, Rejected, false],
  [403, Rejected, false],
  [400, Rejected, true],
  [503, Unreachable, undefined]
])('an answer of the ledger with status %i is thrown as %o', async (status, kind, isFinal) => {
  const { asked, made } = await ledger(() => ({ status, body: {} }));
  const error = await made.reserve(ASK).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(kind);
  expect((error as { isFinal?: boolean }).isFinal).toBe(isFinal);
  expect(asked.length > 1).toBe(isFinal !== true);
});

test.each(['ledger/unknown', 'ledger/released', 'ledger/expired'])(
  'a hold that is %s has come back',
  async (code) => {
    const { made } = await ledger(() => ({ status: 404, body: { code } }));
    expect(await made.commit('r1')).toBe('expired');
  }
);

test('a sender who begins a hundred messages at once is looked at once', async () => {
  const { asked, made } = await ledger(() => ({ status: 200, body: { granted: false, smtp: '451 full' } }));
  const looks = await Promise.all(Array.from({ length: 100 }, () => made.look('olga@x.example')));
  expect(new Set(looks.map((refusal) => refusal?.smtp))).toEqual(new Set(['451 full']));
  await made.look('pia@x.example');
  expect(asked).toEqual(['/caps/v1/peek', '/caps/v1/peek']);
});
