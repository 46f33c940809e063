import { randomBytes } from 'node:crypto';
import { base62, KID_LENGTH, SECRET_LENGTH, writeKey } from '../../core/applications/key-format';
import { isSecretOf, sha256 } from './token';

/** A new key: the text, which is shown once, and what is stored of it. */
export type NewKey = { key: string; kid: string; secretHash: Uint8Array; last4: string };

/** Makes a key: 71 bits of public id, 190 bits of secret. A secret that long needs no slow hash. */
export function makeKey(): NewKey {
  const kid = randomBase62(KID_LENGTH);
  const secret = randomBase62(SECRET_LENGTH);
  const key = writeKey({ kid, secret });
  return { key, kid, secretHash: sha256(secret), last4: key.slice(-4) };
}

/** True if a secret is the one whose hash is stored; in constant time. */
export function isKeySecret(secret: string, hash: Uint8Array): boolean {
  return isSecretOf(Buffer.from(secret), hash);
}

function randomBase62(length: number): string {
  // Bytes that are passed over are one in 32: with twice as many as needed it works at once but for one time in 10^20.
  return base62(randomBytes(length * 2), length) ?? randomBase62(length);
}
