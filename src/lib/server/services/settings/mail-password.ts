import type { Keyring } from '../../auth/keyring';

const PURPOSE = 'smtp/v1';
const CONTEXT = 'settings';

/** Seals the password of the mail server for the database. */
export function sealMailPassword(keyring: Keyring, password: string): string {
  return Buffer.from(keyring.seal(PURPOSE, CONTEXT, new TextEncoder().encode(password))).toString('base64');
}

/** @throws SealBroken when it was sealed with a key that is gone */
export function openMailPassword(keyring: Keyring, sealed: string): string {
  return new TextDecoder().decode(keyring.open(PURPOSE, CONTEXT, Buffer.from(sealed, 'base64')));
}
