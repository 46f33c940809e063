import { tmpdir } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { diskRoom, DiskWatch, isNearlyFull, type DiskRoom } from './disk-space';

const GIB = 2 ** 30;
const ROOMY = { free: 50 * GIB, size: 100 * GIB };
const FULL = { free: 1 * GIB, size: 100 * GIB };

let watch: DiskWatch | null = null;
afterEach(() => watch?.stop());

/** A watch of a disk that is as the test says. */
function watching(disk: { room: DiskRoom | null }) {
  const log = { warn: vi.fn(), info: vi.fn() };
  watch = new DiskWatch(() => Promise.resolve(disk.room), log);
  return { watch, log };
}

test.each([
  [50 * GIB, 100 * GIB, false],
  [9 * GIB, 100 * GIB, false],
  [4 * GIB, 100 * GIB, true],
  [0, 100 * GIB, true],
  [1 * GIB, 4 * GIB, false],
  [0.3 * GIB, 4 * GIB, true]
])('[R-07] %d bytes free of %d: nearly full %s', (free, size, full) => {
  expect(isNearlyFull({ free, size })).toBe(full);
});

test('[R-07] the room where a folder lies is asked of the machine', async () => {
  const room = await diskRoom(tmpdir());
  expect(room!.size).toBeGreaterThan(0);
  expect(room!.free).toBeLessThanOrEqual(room!.size);
  expect(await diskRoom('/no/such/folder')).toBeNull();
});

test('[R-07] that a disk fills up is said before it is full, then once an hour, and when there is room again', async () => {
  const disk: { room: DiskRoom | null } = { room: ROOMY };
  const { watch, log } = watching(disk);
  await watch.look();
  expect([watch.nearlyFull, log.warn.mock.calls.length, log.info.mock.calls.length]).toEqual([false, 0, 0]);
  disk.room = FULL;
  for (let minute = 0; minute < 60; minute++) await watch.look();
  expect(watch.nearlyFull).toBe(true);
  expect(log.warn.mock.calls).toEqual([
    [{ freeBytes: FULL.free, sizeBytes: FULL.size }, expect.stringMatching(/nearly full/)]
  ]);
  await watch.look();
  expect(log.warn).toHaveBeenCalledTimes(2);
  disk.room = ROOMY;
  await watch.look();
  await watch.look();
  expect(log.info.mock.calls).toEqual([[expect.anything(), expect.stringMatching(/has room again/)]]);
});

test('[R-07] of a disk of which nothing is known nothing is said', async () => {
  const { watch, log } = watching({ room: null });
  await watch.look();
  expect([watch.nearlyFull, watch.room, log.warn.mock.calls.length]).toEqual([false, null, 0]);
});
