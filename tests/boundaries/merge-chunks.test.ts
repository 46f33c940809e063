import { expect, test } from 'vitest';
import { importedFirst, mergeChunks, type Chunk } from '../../scripts/merge-chunks';

const chunk = (id: string, bytes: number, imports: number[] = []): Chunk => ({
  ids: [id],
  bytes,
  imports: new Set(imports)
});
const page = (...chunks: number[]) => ({ isPage: true, chunks });
const idsOf = (chunks: readonly Chunk[]) => chunks.map(({ ids }) => ids.join(' ')).sort();

test('chunks that the same pages need become one, whatever their size', () => {
  expect(idsOf(mergeChunks([chunk('a', 90_000), chunk('b', 90_000)], [page(0, 1), page(0, 1)]))).toEqual([
    'a b'
  ]);
});

test('what one page needs is not sent to another one, unless that is less than a request costs', () => {
  const needs = [page(0, 1), page(0)];
  expect(idsOf(mergeChunks([chunk('a', 9_000), chunk('large', 50_000)], needs))).toEqual(['a', 'large']);
  expect(idsOf(mergeChunks([chunk('a', 9_000), chunk('small', 500)], needs))).toEqual(['a small']);
});

test('a part that waits for nobody draws nothing into a page', () => {
  const needs = [page(0), page(0), { isPage: false, chunks: [0, 1] }];
  expect(idsOf(mergeChunks([chunk('a', 9_000), chunk('b', 2_000)], needs))).toEqual(['a', 'b']);
});

test('no two chunks import each other, also by way of a third', () => {
  // c imports b, b imports a: c and a together would stand on both sides of b.
  const given = [chunk('a', 100), chunk('b', 60_000, [0]), chunk('c', 100, [1])];
  const merged = mergeChunks(given, [page(0, 1, 2), page(0, 1, 2), page(0), page(0)]);
  for (const [index, { imports }] of merged.entries())
    for (const next of imports) expect(merged[next]!.imports.has(index)).toBe(false);
  expect(idsOf(merged)).not.toContain('a c');
});

test('in the order of the list every chunk stands behind those that it imports', () => {
  const given = [chunk('c', 1, [2]), chunk('b', 1), chunk('a', 1, [1])];
  expect(importedFirst(given).map(({ ids }) => ids[0])).toEqual(['b', 'a', 'c']);
});
