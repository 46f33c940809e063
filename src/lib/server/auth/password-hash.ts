import { hash, verify } from '@node-rs/argon2';
import { HashQueue } from './hash-queue';

// Argon2id (the binding's `Algorithm` is a const enum, which isolated modules cannot import).
const ARGON2ID = 2;
/** SECURITY A-03: 46 MiB, one pass, one lane: about 45 ms. */
const COST = { algorithm: ARGON2ID, memoryCost: 47_104, timeCost: 1, parallelism: 1, outputLen: 32 };

const queue = new HashQueue({ atWork: 4, waiting: 64, kept: 16 });

/** Hashes a new password. */
export function hashPassword(password: string): Promise<string> {
  return queue.run(() => hash(password.normalize('NFC'), COST), true);
}

/**
 * Compares a password with a stored hash. A hash with absurd costs is a wrong password, not a way to fill the memory.
 * @param goesFirst false of whoever has failed lately: they wait behind all others
 */
export function isPassword(stored: string, password: string, goesFirst = true): Promise<boolean> {
  if (!isBounded(stored) || !password.isWellFormed()) return Promise.resolve(false);
  return queue.run(() => verify(stored, password.normalize('NFC')), goesFirst);
}

/** True when a hash was made at lower costs than those of today: it is made anew at the next sign-in. */
export function isUnderPolicy(stored: string): boolean {
  const match = /\$m=(\d+),t=(\d+),p=\d+\$/.exec(stored);
  return !match || Number(match[1]) < COST.memoryCost || Number(match[2]) < COST.timeCost;
}

let decoy: Promise<string> | null = null;

/** Takes as long as a comparison and is never right: for accounts that do not exist. */
export async function pretendToCompare(password: string, goesFirst = true): Promise<void> {
  decoy ??= hashPassword('nobody has this password, it only takes its time').catch((error: unknown) => {
    // The queue was full at that moment: that must not be remembered.
    decoy = null;
    throw error;
  });
  await isPassword(await decoy, password, goesFirst);
}

/** `verify` trusts the costs in the stored string: 2^32 − 1 KiB of memory would end the process. */
function isBounded(stored: string): boolean {
  const match = /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$[\w+/]{11,86}\$[\w+/]{43}$/.exec(stored);
  if (!match) return false;
  const [memory, time, lanes] = match.slice(1).map(Number) as [number, number, number];
  return memory <= 262_144 && time <= 10 && lanes <= 4;
}
