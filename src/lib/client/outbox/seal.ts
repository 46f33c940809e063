import { gcm } from '@noble/ciphers/aes.js';
import { bytesToUtf8, randomBytes, utf8ToBytes } from '@noble/ciphers/utils.js';

const NONCE_BYTES = 12;

/** Turns what is kept into bytes that say nothing without the key, and back. */
export type Seal = {
  close(value: unknown): Uint8Array;
  /** Null for bytes that none of the keys closed, or that somebody changed. */
  open(bytes: Uint8Array): Opened | null;
};

/** Value that was sealed. `isOld`: with an older key than the newest. */
export type Opened = { value: unknown; isOld: boolean };

/**
 * AES-256-GCM with the keys that the server gives a signed-in person (base64url, newest first): `nonce (12) ‖
 * ciphertext ‖ tag`. Not WebCrypto: a transaction of IndexedDB ends while one waits for anything else.
 */
export function sealWith(deviceKeys: readonly string[]): Seal {
  const keys = deviceKeys.map(bytesOf);
  const newest = keys[0];
  if (!newest) throw new Error('no key to seal with');
  return {
    close(value) {
      const nonce = randomBytes(NONCE_BYTES);
      const sealed = gcm(newest, nonce).encrypt(utf8ToBytes(JSON.stringify(value)));
      const bytes = new Uint8Array(NONCE_BYTES + sealed.length);
      bytes.set(nonce);
      bytes.set(sealed, NONCE_BYTES);
      return bytes;
    },
    open(bytes) {
      for (const key of keys) {
        const text = opened(key, bytes);
        if (text !== null) return { value: JSON.parse(text) as unknown, isOld: key !== newest };
      }
      return null;
    }
  };
}

function opened(key: Uint8Array, bytes: Uint8Array): string | null {
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    return bytesToUtf8(gcm(key, nonce).decrypt(bytes.subarray(NONCE_BYTES)));
  } catch {
    return null;
  }
}

function bytesOf(base64url: string): Uint8Array {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
