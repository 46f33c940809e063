import { randomBytes } from 'node:crypto';
import { sha256 } from './token';

/** Base32 of RFC 4648: what looks like O, I and B is not in it. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CODES = 10;
const GROUPS = 6;
const GROUP_LENGTH = 4;

const CODE = new RegExp(`^[A-Z2-7]{${GROUPS * GROUP_LENGTH}}$`);
/** Longer than any way to write a code. */
const MOST_CHARACTERS = 200;

/** Ten codes of 120 bits (SECURITY A-11), written `ABCD-EFGH-…`. Shown once; their hashes are stored. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, newRecoveryCode);
}

/** Hash that is stored of a code, however it was typed; null for what cannot be one. */
export function recoveryCodeHash(text: string): Buffer | null {
  if (text.length > MOST_CHARACTERS) return null;
  const code = text
    .replace(/[\s\p{Dash}]/gu, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replaceAll('0', 'O')
    .replaceAll('1', 'I')
    .replaceAll('8', 'B');
  return CODE.test(code) ? sha256(code) : null;
}

function newRecoveryCode(): string {
  // 256 is a multiple of 32: five bits of each byte, every letter as likely as any other.
  const group = () => Array.from(randomBytes(GROUP_LENGTH), (byte) => ALPHABET[byte % 32]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
