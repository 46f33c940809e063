import { deviceHash } from '../../auth/devices';
import type { Queryable } from '../../db/driver/client';
import { isKnownDevice } from '../../db/tables/devices-table';
import type { Caller } from '../write-path/caller';

// Nobody has this id: an account that does not exist costs the same look-up as one that does.
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Hash of the caller's device, when this person has signed in from it before; else null. */
export async function knownDeviceOf(
  db: Queryable,
  caller: Caller,
  accountId: string | undefined
): Promise<Buffer | null> {
  const device = deviceHash(caller.device);
  const known = device !== null && (await isKnownDevice(db, accountId ?? NOBODY, device));
  return known ? device : null;
}
