import { expect, test } from 'vitest';
import { TRPCClientError } from '@trpc/client';
import type { Refusal } from '$lib/core/access/refusal';
import type { ImportKind, RawRow, RowResult } from './import-kind';
import { importChunks, ImportRun } from './import-run.svelte';

const row = (line: number, name = 'Ana') => ({ line, name, email: `p${line}@x.example` });

test('[ADM-11] a file is sent in parts that fit into a call, by number and by size', () => {
  const many = Array.from({ length: 120 }, (_, at) => row(at + 2));
  expect(importChunks(many).map(({ length }) => length)).toEqual([50, 50, 20]);
  expect(importChunks(many).flat()).toEqual(many);

  const long = Array.from({ length: 50 }, (_, at) => row(at + 2, '語'.repeat(1000)));
  const chunks = importChunks(long);
  expect(chunks.flat()).toEqual(long);
  for (const chunk of chunks)
    expect(new TextEncoder().encode(JSON.stringify(chunk)).length).toBeLessThan(60_000);
  expect(importChunks([])).toEqual([]);
});

type Send = ImportKind<RawRow>['send'];
const ADDED = (rows: readonly RawRow[]): RowResult[] =>
  rows.map(({ line }) => ({ line, refused: null, link: null, mailed: true }));

/** An import of people whose server answers as it is told. */
function runWith(send: Send = (_, rows) => Promise.resolve(ADDED(rows))) {
  const kind = {
    named: 'role',
    settings: [],
    usual: null,
    namedIn: () => undefined,
    withNamed: (each: RawRow) => each,
    partText: JSON.stringify,
    rowOf: (line: number, value: (column: string) => string) => ({
      line,
      name: value('name'),
      email: value('email')
    }),
    begin: () => Promise.resolve(),
    send
  } as unknown as ImportKind<RawRow>;
  return new ImportRun(kind);
}
const fileOf = (name: string, text: string, before: Promise<unknown> = Promise.resolve()) => ({
  name,
  size: text.length,
  stream: () =>
    new ReadableStream<Uint8Array>({
      async start(controller) {
        await before;
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      }
    })
});
const MANY = `name,email\n${Array.from({ length: 60 }, (_, at) => `P,p${at}@x.example`).join('\n')}`;
const refusedWith = (refusal: Refusal) =>
  new TRPCClientError('no', { result: { error: { message: 'no', code: -32000, data: { refusal } } } });

test('[ADM-11] rows that were not sent are asked about before the page is left, however the import ended', async () => {
  const end: { how: 'refuses' | 'stops' | 'adds' } = { how: 'refuses' };
  const run = runWith(async (_, rows, how) => {
    if (!how.dryRun && rows.length < 50 && end.how === 'refuses') throw refusedWith({ code: 'access/self' });
    if (!how.dryRun && end.how === 'stops' && run.status.step === 'import') run.status.job.stop();
    return ADDED(rows);
  });
  const file = fileOf('people.csv', MANY);
  await run.choose(file);
  expect(run.unsaved).toBeNull();
  await run.begin();
  expect(run.unsaved).toEqual({ running: false, rows: 10, links: 0 });

  for (const [how, unsaved] of [
    ['stops', { running: false, rows: 10, links: 0 }],
    ['adds', null]
  ] as const) {
    run.reset();
    end.how = how;
    await run.choose(file);
    await run.begin();
    expect(run.unsaved).toEqual(unsaved);
  }
});

test('[ADM-11] a file that takes long to read neither replaces a later choice nor comes back after a reset', async () => {
  const run = runWith();
  let arrive = () => {};
  const slow = () => fileOf('slow.csv', MANY, new Promise<void>((resolve) => (arrive = resolve)));
  const first = run.choose(slow());
  await run.choose(fileOf('quick.csv', 'name,email\nAna,ana@x.example'));
  arrive();
  await first;
  expect(run.status).toMatchObject({ step: 'check', fileName: 'quick.csv' });

  const second = run.choose(slow());
  run.reset();
  arrive();
  await second;
  expect(run.status).toEqual({ step: 'choose', problem: null });
});

test('[ADM-11] a file that cannot be read any more is said to be so, and another one can be chosen', async () => {
  const run = runWith();
  const gone = Promise.reject(new DOMException('gone', 'NotReadableError'));
  await run.choose(fileOf('gone.csv', MANY, gone)).catch(() => undefined);
  expect(run.status).toMatchObject({ step: 'choose', problem: expect.stringMatching(/cannot be read/) });
});
