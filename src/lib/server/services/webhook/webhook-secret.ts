import type { Keyring } from '../../auth/keyring';
import type { WebhookRow } from '../../db/tables/webhook-table';

const PURPOSE = 'webhook/v1';
const CONTEXT = 'alerts';

/** Seals a secret for the database. */
export function sealWebhookSecret(keyring: Keyring, secret: string): string {
  return Buffer.from(keyring.seal(PURPOSE, CONTEXT, new TextEncoder().encode(secret))).toString('base64');
}

/**
 * Secrets that sign at this moment, the newest first: the current one, and the one before while its time lasts.
 * @throws SealBroken when one was sealed with a key that is gone
 */
export function signingSecrets(
  keyring: Keyring,
  row: Pick<WebhookRow, 'secretSealed' | 'previousSealed' | 'previousUntil'>,
  now: Date
): string[] {
  const open = (sealed: string) =>
    new TextDecoder().decode(keyring.open(PURPOSE, CONTEXT, Buffer.from(sealed, 'base64')));
  const { previousSealed, previousUntil } = row;
  const previous = previousSealed !== null && previousUntil !== null && previousUntil > now;
  return [open(row.secretSealed), ...(previous ? [open(previousSealed)] : [])];
}
