import { HashQueueFull } from '../auth/password-hash';
import { isConnectionLoss, sqlState } from '../db/client';
import { DatabaseUnavailable } from '../db/transaction';

// Somebody held a lock for longer than we wait.
const LOCK_NOT_AVAILABLE = '55P03';

/** True for a fault that passes: the database is away or held up, or too many passwords are being checked. Repeat the call. */
export function isPassing(fault: unknown): boolean {
  return (
    fault instanceof DatabaseUnavailable ||
    fault instanceof HashQueueFull ||
    isConnectionLoss(fault) ||
    sqlState(fault) === LOCK_NOT_AVAILABLE
  );
}
