import type { Keyring } from '../../auth/keyring';

const PURPOSE = 'operation-secret/v1';

/** Stands for a secret in what identifies an operation: the same one gives the same mark, and nothing leads back. */
export function secretMark(keyring: Keyring, secret: string): string {
  return keyring.mac(PURPOSE, secret).toString('base64url');
}
