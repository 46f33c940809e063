import { expect, test } from 'vitest';
import { HashQueueFull } from './hash-queue';
import { hashPassword, pretendToCompare } from './password-hash';

test('[A-03] a full queue is remembered by nobody: unknown accounts take their time again afterwards', async () => {
  // Four at work and 64 waiting: there is no room for one more.
  const crowd = Array.from({ length: 68 }, (_, n) => hashPassword(`one of a large crowd ${n}`));
  await expect(pretendToCompare('anything')).rejects.toThrow(HashQueueFull);
  await Promise.all(crowd);
  await expect(pretendToCompare('anything')).resolves.toBeUndefined();
}, 30_000);
