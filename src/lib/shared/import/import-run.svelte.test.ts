import { expect, test } from 'vitest';
import { importChunks } from './import-run.svelte';

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
