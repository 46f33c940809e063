import { createRequire } from 'node:module';
import type * as Argon2 from '@node-rs/argon2';
import { afterAll } from 'vitest';

// `@node-rs/argon2` where a test makes hundreds of accounts: the same binding at a fiftieth of the cost
// (vitest.config.ts). A hash names the cost it was asked for, so that the program does not take it for one to be made
// anew. What is about that cost itself runs in the project `unit`, or says `hashAtFullCost()` first.

const { hash: realHash, verify: realVerify } = createRequire(import.meta.url)(
  '@node-rs/argon2'
) as typeof Argon2;
const QUICK_KIB = 1024;
const COST = /\$m=\d+,/;

let quick = true;

/** Hashes as the product does from here on, in this file of tests. Call it before any account is made. */
export function hashAtFullCost(): void {
  quick = false;
  afterAll(() => {
    quick = true;
  });
}

export async function hash(password: string, options: Argon2.Options): Promise<string> {
  if (!quick) return realHash(password, options);
  const made = await realHash(password, { ...options, memoryCost: QUICK_KIB });
  return made.replace(COST, `$m=${options.memoryCost},`);
}

export function verify(stored: string, password: string): Promise<boolean> {
  return realVerify(quick ? stored.replace(COST, `$m=${QUICK_KIB},`) : stored, password);
}
