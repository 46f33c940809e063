import { boolean, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../driver/columns';

/** The credentials that administrators and users sign in with. */
export const credentialColumns = () => ({
  /** Null while an invitation waits, and where nobody was invited: nobody chose a password yet. */
  passwordHash: text('password_hash'),
  /**
   * The time until which the password, or the link whose hash is beside it, is an activation secret (ADM-5); null:
   * activated.
   */
  activationExpiresAt: instant('activation_expires_at'),
  activationHash: bytes('activation_hash'),
  /**
   * Makers of the secret, who so know it; null when nobody knows who made it; empty for the server itself
   * (services/credentials/activation-makers).
   */
  activationMakers: uuid('activation_makers').array(),
  /** Time at which they last came back from being suspended or deactivated; null when never. */
  reactivatedAt: instant('reactivated_at'),
  require2fa: boolean('require_2fa').notNull().default(false),
  require2faFrom: instant('require_2fa_from'),
  /** A second factor is enrolled; its secret is in `totp`. */
  twoFactor: boolean('two_factor').notNull().default(false)
});
