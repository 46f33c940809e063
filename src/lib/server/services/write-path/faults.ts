import { HashQueueFull } from '../../auth/hash-queue';
import { isConnectionLoss, sqlState } from '../../db/driver/client';
import { DatabaseUnavailable } from '../../db/driver/transaction';

// No room on the disk, no memory, no connections left: what Postgres lacks may come back, and nothing was written.
const INSUFFICIENT_RESOURCES = '53';

// Somebody held a lock for longer than we wait.
const LOCK_NOT_AVAILABLE = '55P03';

/** True if the database refused for want of room or memory: whoever runs it must be told. */
export function lacksResources(fault: unknown): boolean {
  return sqlState(fault)?.startsWith(INSUFFICIENT_RESOURCES) ?? false;
}

/**
 * True for a fault that passes: the database is away or held up, or too many passwords are being checked. Repeat
 * the call.
 */
export function isPassing(fault: unknown): boolean {
  return (
    fault instanceof DatabaseUnavailable ||
    fault instanceof HashQueueFull ||
    isConnectionLoss(fault) ||
    lacksResources(fault) ||
    sqlState(fault) === LOCK_NOT_AVAILABLE
  );
}
