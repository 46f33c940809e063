import type { Keyring } from '../../auth/keyring';

const PURPOSE = 'smtp/v1';
const CONTEXT = 'settings';
const OPERATION = 'smtp-operation/v1';

/** Seals the password of the mail server for the database. */
export function sealMailPassword(keyring: Keyring, password: string): string {
  return Buffer.from(keyring.seal(PURPOSE, CONTEXT, new TextEncoder().encode(password))).toString('base64');
}

/** @throws SealBroken when it was sealed with a key that is gone */
export function openMailPassword(keyring: Keyring, sealed: string): string {
  return new TextDecoder().decode(keyring.open(PURPOSE, CONTEXT, Buffer.from(sealed, 'base64')));
}

/** Stands for a password in what is stored of an operation: the same one gives the same mark, and nothing leads back. */
export function passwordMark(keyring: Keyring, password: string): string {
  return keyring.mac(OPERATION, password).toString('base64url');
}
