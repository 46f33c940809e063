import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { generateIdFromEntropySize } from 'lucia';

/** A session token as the cookie holds it: public id, dot, secret. Only the secret's hash is stored. */
export type Token = { sid: string; secret: Uint8Array };

const TOKEN = /^([a-z2-7]{26})\.([A-Za-z0-9_-]{43})$/;

/** Makes a token: 128 bits of public id (or another secret for the given one), 256 bits of secret. */
export function makeToken(sid = generateIdFromEntropySize(16)): {
  token: string;
  sid: string;
  secretHash: Uint8Array;
} {
  const secret = randomBytes(32);
  return { token: `${sid}.${secret.toString('base64url')}`, sid, secretHash: sha256(secret) };
}

/** Parses a cookie strictly; null for anything that was never a token. */
export function parseToken(cookie: string | undefined): Token | null {
  const match = cookie === undefined ? null : TOKEN.exec(cookie);
  return match ? { sid: match[1]!, secret: Buffer.from(match[2]!, 'base64url') } : null;
}

/** Compares in constant time. */
export function isSecretOf(secret: Uint8Array, secretHash: Uint8Array): boolean {
  return timingSafeEqual(sha256(secret), secretHash);
}

export function sha256(data: Uint8Array | string): Buffer {
  return hash('sha256', data, 'buffer');
}
