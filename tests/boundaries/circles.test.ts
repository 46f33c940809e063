import { expect, test } from 'vitest';
import { files, importsOf, isFile } from './read-imports';

// Folders that import one another in a circle cannot be understood, moved or replaced one at a time.

/** The folders between which a circle is a fault, by what they lie in. */
const PLACES = [
  /^src\/lib\/(?:client|shared|features)\/[^/]+(?=\/)/,
  /^src\/lib\/(?:ui|core|protocol|documents)(?=\/)/,
  /^src\/lib\/server\/services\/(?:log\/)?[^/]+(?=\/)/,
  /^src\/lib\/server\/(?:db|auth|api)(?=\/)/
];

const placeOf = (file: string) => PLACES.map((place) => place.exec(file)?.[0]).find(Boolean) ?? null;

/** Folders that each folder imports, with one file as an example of each. */
function readGraph(): Map<string, Map<string, string>> {
  const graph = new Map<string, Map<string, string>>();
  for (const { file, target } of files.flatMap(importsOf)) {
    const [from, to] = [placeOf(file), placeOf(target)];
    if (from === null || to === null || from === to) continue;
    const next = graph.get(from) ?? new Map<string, string>();
    graph.set(from, next.set(to, next.get(to) ?? `${file} → ${target}`));
  }
  return graph;
}

/** Every folder that can be reached from itself, with the first step of the way. */
function circlesIn(graph: Map<string, Map<string, string>>): string[] {
  return [...graph].flatMap(([start, steps]) =>
    [...steps].filter(([next]) => reaches(graph, next, start)).map(([, example]) => example)
  );
}

function reaches(graph: Map<string, Map<string, string>>, from: string, goal: string): boolean {
  const seen = new Set<string>();
  const ahead = [from];
  for (let place = ahead.pop(); place !== undefined; place = ahead.pop()) {
    if (place === goal) return true;
    if (seen.has(place)) continue;
    seen.add(place);
    ahead.push(...(graph.get(place)?.keys() ?? []));
  }
  return false;
}

test('no folder of the browser half or of the services imports itself by way of others', () => {
  expect(circlesIn(readGraph())).toEqual([]);
});

test('no file imports itself by way of others, not even for its types', () => {
  const graph = new Map(
    files.map((file) => [
      file,
      new Map(
        importsOf(file)
          .filter(({ target }) => target !== file && isFile(target))
          .map(({ target }) => [target, `${file} → ${target}`])
      )
    ])
  );
  expect(graph.size).toBeGreaterThan(900);
  expect(circlesIn(graph)).toEqual([]);
});

test('a circle between folders is found', () => {
  const step = (to: string) => new Map([[to, `to ${to}`]]);
  const graph = new Map([
    ['a', step('b')],
    ['b', step('c')],
    ['c', step('a')],
    ['d', step('a')]
  ]);
  expect(circlesIn(graph)).toEqual(['to b', 'to c', 'to a']);
  expect(readGraph().size).toBeGreaterThan(20);
});

test('every file of the browser half and of the services lies in a folder', () => {
  const loose = /^src\/lib\/(client|shared|features|server\/services)\/[^/]+$/;
  expect(files.filter((file) => loose.test(file))).toEqual([]);
});
