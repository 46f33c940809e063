import { expect, test } from 'vitest';
import { TRPCClientError } from '@trpc/client';
import { ExportJob, type ExportTools } from './export-job.svelte';

const encode = (text: string) => new TextEncoder().encode(text);

/** A server and a browser that do as they are told. */
function world(answer: ReadableStream<Uint8Array> | null, more: Partial<ExportTools<object>> = {}) {
  const seen = { written: '', closed: false, discarded: false, cancelled: 0, downloads: 0 };
  const tools: ExportTools<object> = {
    begin: () => Promise.resolve({ id: 'e1', href: '/export/e1' }),
    progress: () => Promise.resolve({ state: 'finished', position: 10, upTo: 10, entries: 2, bytes: 12 }),
    cancel: () => Promise.resolve((seen.cancelled += 1)),
    pick: () =>
      Promise.resolve({
        write: (chunk) => Promise.resolve(void (seen.written += new TextDecoder().decode(chunk))),
        close: () => Promise.resolve(void (seen.closed = true)),
        discard: () => Promise.resolve(void (seen.discarded = true))
      }),
    fetch: () => Promise.resolve(new Response(answer)),
    download: () => void (seen.downloads += 1),
    wait: () => Promise.resolve(),
    ...more
  };
  return { seen, job: new ExportJob<object>(tools) };
}
const streamOf = (...chunks: (string | Error)[]) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = chunks.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(encode(next));
    }
  });

test('[LOG-5] what comes is written to the file that was chosen, piece by piece, and counted', async () => {
  const { job, seen } = world(streamOf('number\r\n1\r', '\n2\r\n'));
  await job.start({ view: 'activity' }, 'x.csv');
  expect(job.status).toEqual({ state: 'done' });
  expect(seen).toMatchObject({
    written: 'number\r\n1\r\n2\r\n',
    closed: true,
    discarded: false,
    downloads: 0
  });
  expect([job.entries, job.bytes]).toEqual([2, 14]);
});

test('[LOG-5] what breaks off is not kept, and not called whole', async () => {
  const { job, seen } = world(streamOf('number\r\n1\r\n', new TypeError('network error')));
  await job.start({}, 'x.csv');
  expect(job.status).toEqual({ state: 'broken' });
  expect(seen).toMatchObject({ closed: false, discarded: true });
});

const NO_ANSWER = new TRPCClientError('Failed to fetch');
const SIGNED_OUT = new TRPCClientError('signed out', {
  result: { error: { message: 'signed out', code: -32001, data: { refusal: { code: 'auth/signed-out' } } } }
});

test.each([
  ['stopping it', NO_ANSWER, 3, { state: 'cancelled' }],
  ['a server that is gone', NO_ANSWER, null, { state: 'broken' }],
  ['a sign-out', SIGNED_OUT, null, { state: 'refused', refusal: { code: 'auth/signed-out' } }]
])('[LOG-5] the look at what the browser saves is ended by %s', async (_, fault, stopAt, ended) => {
  let waits = 0;
  const { job } = world(null, {
    pick: null,
    progress: () => Promise.reject(fault),
    cancel: () => Promise.reject(fault),
    async wait() {
      waits += 1;
      if (waits === stopAt) await job.cancel();
      // One that never ends would hang the test.
      if (waits > 50) await new Promise(() => undefined);
    }
  });
  void job.start({}, 'x.jsonl');
  await expect.poll(() => job.status).toEqual(ended);
});

test('[LOG-5] stopping ends it on the server, too', async () => {
  const { job, seen } = world(null, {
    fetch: (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
      )
  });
  const run = job.start({}, 'x.csv');
  await expect.poll(() => job.status.state).toBe('running');
  await job.cancel();
  await run;
  expect(job.status).toEqual({ state: 'cancelled' });
  expect(seen).toMatchObject({ cancelled: 1, discarded: true });
});

test('[LOG-5] whoever chooses no file asks the server for nothing', async () => {
  let asked = 0;
  const { job } = world(null, {
    pick: () => Promise.resolve(null),
    begin: () => Promise.reject(new Error(String((asked += 1))))
  });
  await job.start({}, 'x.csv');
  expect([job.status, asked]).toEqual([{ state: 'idle' }, 0]);
});

test('[LOG-5] a file that the browser may not write ends it, and the server is asked for nothing', async () => {
  let asked = 0;
  const { job } = world(null, {
    pick: () => Promise.reject(new DOMException('not allowed', 'NotAllowedError')),
    begin: () => Promise.reject(new Error(String((asked += 1))))
  });
  await job.start({}, 'x.csv').catch(() => undefined);
  expect([job.status, job.busy, asked]).toEqual([{ state: 'unwritable' }, false, 0]);
});

test('[LOG-5] a refusal is told, and the empty file does not stay', async () => {
  const refusal = { code: 'busy', retryAfter: 5 };
  const refused = new TRPCClientError('busy', {
    result: { error: { message: 'busy', code: -32000, data: { refusal } } }
  });
  const { job, seen } = world(null, { begin: () => Promise.reject(refused) });
  await job.start({}, 'x.csv');
  expect(job.status).toEqual({ state: 'refused', refusal });
  expect(seen.discarded).toBe(true);
});

test('[LOG-5] a browser that saves files by itself is watched through the server', async () => {
  const answers = [
    { state: 'offered', position: 0, upTo: 10, entries: 0, bytes: 0 },
    { state: 'running', position: 5, upTo: 10, entries: 4, bytes: 40 },
    { state: 'broken', position: 5, upTo: 10, entries: 4, bytes: 40 }
  ];
  const { job, seen } = world(null, { pick: null, progress: () => Promise.resolve(answers.shift()!) });
  await job.start({}, 'x.jsonl');
  expect(job.status).toEqual({ state: 'broken' });
  expect([job.entries, job.share, seen.downloads]).toEqual([4, 0.5, 1]);
});
