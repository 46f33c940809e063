import { HashQueueFull } from '../auth/password-hash';
import { isConnectionLoss } from '../db/client';
import { DatabaseUnavailable } from '../db/transaction';

/** True for a fault that passes: the database is away, or too many passwords are being checked. The same call may be repeated. */
export function isPassing(fault: unknown): boolean {
  return fault instanceof DatabaseUnavailable || fault instanceof HashQueueFull || isConnectionLoss(fault);
}
