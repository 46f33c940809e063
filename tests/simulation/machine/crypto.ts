import { randomBytes as realBytes, randomUUID as realUuid } from 'crypto';
import { fillIn, uuidIn } from '../determinism';

// `node:crypto` for code that a world runs: the same, with the chance of the world.

export * from 'crypto';

export function randomBytes(size: number): Buffer {
  return fillIn(Buffer.alloc(size)) ?? realBytes(size);
}

export function randomUUID(): string {
  return uuidIn() ?? realUuid();
}
