import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toBase64 } from '../../../../core/log/base64';
import { CheckpointFile } from './checkpoint-file';

const ORIGIN = 'example.invalid/log';
const AT = '2026-11-22T05:00:00.000Z';
const note = (size: number, origin = ORIGIN) =>
  `${origin}\n${size}\n${toBase64(new Uint8Array(32))}\n\n— ${origin} ${toBase64(new Uint8Array(68))}\n`;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-record-'));
  path = join(folder, 'log', 'checkpoints.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = () => readFile(path, 'utf8');

test('[LOG-6] it ends where the last whole line does, for whoever opens it', async () => {
  const file = new CheckpointFile(path, ORIGIN);
  expect(await file.end()).toEqual({ size: 0, note: null });
  await file.append([{ at: AT, note: note(3) }]);
  await file.append([{ at: AT, note: note(7) }]);
  expect(await file.end()).toEqual({ size: 7, note: note(7) });
  expect(await new CheckpointFile(path, ORIGIN).end()).toEqual({ size: 7, note: note(7) });
  await file.append([{ at: AT, lost: 7, size: 5 }]);
  expect(await new CheckpointFile(path, ORIGIN).mendedEnd()).toEqual({ size: 5, note: null });
});

test('[LOG-6] who only looks takes nothing away: the torn line may be one that somebody is writing', async () => {
  await new CheckpointFile(path, ORIGIN).append([{ at: AT, note: note(3) }]);
  const line = `${JSON.stringify({ at: AT, note: note(7) })}\n`;
  await appendFile(path, line.slice(0, 40));
  const looking = new CheckpointFile(path, ORIGIN);
  expect(await looking.end()).toEqual({ size: 3, note: note(3) });
  await appendFile(path, line.slice(40));
  expect(await looking.end()).toEqual({ size: 7, note: note(7) });
  expect((await text()).split('\n')).toHaveLength(3);
});

test('[LOG-6] who alone may write takes a torn line off, and it is written again', async () => {
  await new CheckpointFile(path, ORIGIN).append([{ at: AT, note: note(3) }]);
  const whole = await text();
  await appendFile(path, '{"at":"2026-11-22T05:00');
  const file = new CheckpointFile(path, ORIGIN);
  expect(await file.mendedEnd()).toEqual({ size: 3, note: note(3) });
  expect(await text()).toBe(whole);
});

test('[LOG-6] the file of another log is put aside, not overwritten', async () => {
  await new CheckpointFile(path, 'example.invalid/other').append([
    { at: AT, note: note(9, 'example.invalid/other') }
  ]);
  const other = await text();
  const file = new CheckpointFile(path, ORIGIN);
  expect(await file.end()).toBeNull();
  expect(await text()).toBe(other);
  await writeFile(`${path}.1`, 'here already');
  expect(await file.mendedEnd()).toEqual({ size: 0, note: null });
  expect(await readFile(`${path}.2`, 'utf8')).toBe(other);
});
