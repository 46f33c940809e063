import { expect, test } from 'vitest';
import { firstLoads } from '../support/first-load';

const KB = 1024;
const loads = firstLoads();

const of = (where: (route: string) => boolean) =>
  loads.filter(({ route }) => where(route)).map(({ route, bytes }) => ({ route, kb: bytes / KB }));

test('what a page loads is found: every page, and the files of its own', () => {
  expect(loads.length).toBeGreaterThan(25);
  expect(loads.every(({ files, bytes }) => files.length > 5 && bytes > 40 * KB)).toBe(true);
});

test('before the sign-in at most 70 KB of scripts are sent', () => {
  expect(of((route) => !route.startsWith('/(console)')).filter(({ kb }) => kb > 70)).toEqual([]);
});
