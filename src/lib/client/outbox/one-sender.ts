import { databaseName } from '../device/device-names';

/**
 * One sender at a time for a person on this device, whichever tab or worker it is in: the lock is free again when its
 * holder dies. Without locks (an insecure address) each tab sends what it has: the operation ids keep that safe.
 */
export function oneSender(personId: string): (work: () => Promise<void>) => Promise<void> {
  const { locks } = navigator;
  if (!locks) return (work) => work();
  return (work) => locks.request(`${databaseName({ kind: 'outbox', personId })}|sender`, work);
}
