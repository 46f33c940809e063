import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Notebook } from './notebook.ts';

/** No process has it. */
const DEAD = 4_999_999;
const note = (n: number) => ({
  ...{ login: 'olga@x.example', units: n, key: `k${n}` },
  reservation: `00000000-0000-4000-8000-00000000000${n}`
});

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'notebook-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('[QUO-4] what a killed process left is taken over once; what lives, and what is struck, is not', () => {
  new Notebook(folder, DEAD).write(note(1));
  const parent = new Notebook(folder, process.ppid);
  parent.write(note(2));
  const mine = new Notebook(folder);
  mine.write(note(3));
  mine.strike(note(3));
  mine.write(note(4));
  writeFileSync(join(folder, 'README'), 'not ours');
  expect(mine.takeOver(false)).toEqual([note(1)]);
  expect(mine.takeOver(false)).toEqual([]);
  mine.strike(note(1));
  mine.strike(note(4));
  expect(readdirSync(folder)).toEqual([`${process.ppid}.${note(2).reservation}`, 'README']);
});

test('[QUO-4] whoever begins has its number from an earlier life; half a note is of a message that was not queued', () => {
  new Notebook(folder).write(note(1));
  writeFileSync(join(folder, `${DEAD}.${note(2).reservation}`), '{"login":');
  expect(new Notebook(folder).takeOver(true)).toEqual([note(1)]);
  expect(readdirSync(folder)).toEqual([`${process.pid}.${note(1).reservation}`]);
});
