import { HashQueueFull } from '../auth/password-hash';
import { DatabaseUnavailable } from '../db/transaction';

/** True for a fault that passes: the database is away, or too many passwords are being checked. Nothing was changed. */
export function isPassing(fault: unknown): boolean {
  return fault instanceof DatabaseUnavailable || fault instanceof HashQueueFull;
}
