import ts from 'typescript';
import { expect, test } from 'vitest';
import { files, read, walk } from './read-imports';

// A file has one job, a function one thought. Tests and data are as long as they are.

const FILE = 300;
const FUNCTION = 60;

/** Data: lists that nobody reads from beginning to end. */
const DATA = ['src/lib/core/access/catalogue/permission-ids.ts'];

/** Mark above a longer function that says why it is not taken apart. */
const REASON = /\bIn one piece: \S/;

const isCode = (file: string) =>
  /\.(ts|mts|svelte|mjs|js)$/.test(file) && !/(\.test|\.d)\.ts$/.test(file) && !DATA.includes(file);
const all = [...files, ...walk('bench'), ...walk('scripts')].filter(isCode);

type Long = { at: string; lines: number; isExplained: boolean };

/** The code of a file; of a component its scripts, with its markup left blank so that lines keep their numbers. */
function codeOf(file: string, text: string): string {
  if (!file.endsWith('.svelte')) return text;
  const blank = text.replace(/[^\n]/g, ' ');
  return [...text.matchAll(/(<script[^>]*>)([\s\S]*?)<\/script>/g)].reduce((code, match) => {
    const start = match.index + match[1]!.length;
    return code.slice(0, start) + match[2]! + code.slice(start + match[2]!.length);
  }, blank);
}

/** Every function that is longer than most may be. One within a function that says why is part of it. */
function longFunctions(file: string, text: string): Long[] {
  const code = codeOf(file, text);
  const lines = code.split('\n');
  if (lines.length <= FUNCTION) return [];
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: Long[] = [];
  const visit = (node: ts.Node): void => {
    let isExplained = false;
    if (ts.isFunctionLike(node)) {
      const first = lineOf(node.getStart(source));
      const length = lineOf(node.end) - first + 1;
      isExplained = REASON.test(commentAbove(lines, first));
      if (length > FUNCTION) found.push({ at: `${file}:${first + 1}`, lines: length, isExplained });
    }
    if (!isExplained) ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The comment that ends on the line before a line, counted from 0. */
function commentAbove(lines: readonly string[], line: number): string {
  let first = line;
  while (first > 0 && /^\s*(\/\/|\/?\*)/.test(lines[first - 1]!)) first--;
  return lines.slice(first, line).join('\n');
}

const long = all.flatMap((file) => longFunctions(file, read(file)));

test(`no file has more than ${FILE} lines: take it apart by what it does`, () => {
  const offences = all
    .map((file) => ({ file, lines: read(file).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > FILE)
    .map(({ file, lines }) => `${file}: ${lines}`);
  expect(offences).toEqual([]);
});

test(`no function has more than ${FUNCTION} lines, unless the comment above says "In one piece:" and why`, () => {
  const offences = long.filter(({ isExplained }) => !isExplained);
  expect(offences.map(({ at, lines }) => `${at}: ${lines}`)).toEqual([]);
});

test('a reason stands beside what is long, and goes when it is not any more', () => {
  const reasons = all.flatMap((file) => read(file).match(new RegExp(REASON, 'g')) ?? []);
  expect(reasons.length).toBe(long.length);
});

test('what is too long is found, in modules and in components', () => {
  const body = Array.from({ length: FUNCTION }, (_, at) => `  call(${at});`).join('\n');
  const code = `const a = 1;\nexport function much() {\n${body}\n}\n`;
  expect(longFunctions('a.ts', code)).toEqual([{ at: 'a.ts:2', lines: FUNCTION + 2, isExplained: false }]);
  const explained = code.replace('export', '/** Much. In one piece: it is a list. */\nexport');
  expect(longFunctions('a.ts', explained)).toMatchObject([{ at: 'a.ts:3', isExplained: true }]);
  const component = `<p>\n  {1}\n</p>\n<script lang="ts">\n${code}</script>\n`;
  expect(longFunctions('A.svelte', component)).toMatchObject([{ at: 'A.svelte:6', isExplained: false }]);
  expect(longFunctions('a.ts', code.replace('  call(0);\n  call(1);\n', ''))).toEqual([]);
  expect(all.length).toBeGreaterThan(900);
});
