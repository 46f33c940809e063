import { timingSafeEqual } from 'node:crypto';
import { validate as isUuid } from 'uuid';
import { sha256 } from '../../auth/token';
import type { Deps } from '../write-path/deps';

/** Life of an initial password or an invitation, in hours (ADM-5). */
export const ACTIVATION_HOURS = 72;

const PURPOSE = 'activation/v1';

/** Expiry, for the record, of an activation secret that begins now. */
export function activationUntil(): Date {
  return new Date(Date.now() + ACTIVATION_HOURS * 3_600_000);
}

/**
 * The secret of an invitation, for one person and one operation. It is computed, not stored: a repeated operation
 * and the mail that is sent later find the same one, and the database holds its hash alone.
 */
export function invitationToken({ keyring }: Pick<Deps, 'keyring'>, personId: string, op: string): string {
  return `${personId}.${keyring.mac(PURPOSE, `${personId}|${op}`).toString('base64url')}`;
}

/** The link of an invitation. The secret is in its last part, which browsers do not send. */
export function invitationLink(deps: Pick<Deps, 'keyring' | 'origin'>, personId: string, op: string): string {
  return `${deps.origin}/invitation#${invitationToken(deps, personId, op)}`;
}

/** Hash of an invitation, as it is stored. */
export function invitationHash(token: string): Buffer {
  return sha256(token);
}

/** Whom an invitation is for, by its own words; null when it was never one. */
export function invitedPerson(token: string): string | null {
  const [id = '', secret = '', ...more] = token.split('.');
  return isUuid(id) && /^[A-Za-z0-9_-]{43}$/.test(secret) && more.length === 0 ? id : null;
}

/** Compares in constant time. */
export function isInvitation(token: string, stored: Uint8Array): boolean {
  const given = invitationHash(token);
  return given.length === stored.length && timingSafeEqual(given, stored);
}

/** New invitation for a record, in place of the open link: made by this operation, and good for 72 hours. */
export function newInvitation(
  deps: Pick<Deps, 'keyring'>,
  { id, op, maker }: { id: string; op: string; maker: string }
): { activationHash: Buffer; activationExpiresAt: Date; activationMakers: string[] } {
  return {
    activationHash: invitationHash(invitationToken(deps, id, op)),
    activationExpiresAt: activationUntil(),
    activationMakers: [maker]
  };
}
