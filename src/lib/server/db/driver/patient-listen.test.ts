import { expect, test } from 'vitest';
import { listenPatiently } from './patient-listen';

test('a LISTEN that is never answered is not waited for: the program goes on, and may end it', async () => {
  const silent = new Promise<never>(() => undefined);
  await expect((await listenPatiently(silent, 10)).unlisten()).resolves.toBeUndefined();
});

test('one that is answered is what it was, and one that fails says so', async () => {
  const unlisten = () => Promise.resolve();
  expect(await listenPatiently(Promise.resolve({ unlisten }))).toEqual({ unlisten });
  await expect(listenPatiently(Promise.reject(new Error('no database')))).rejects.toThrow('no database');
});
