import type { AccountRef } from '../../../core/sign-in/account';
import { deviceHash, newDevice } from '../../auth/devices';
import { hasDevices, isAnyonesDevice, isKnownDevice, rememberDevice } from '../../db/tables/devices-table';
import { sessionsOf } from '../../db/tables/sessions-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { Caller } from '../write-path/caller';
import { sendNotices } from '../write-path/notices';

/**
 * Remembers the device of a complete sign-in, and tells its person when it is a new one beside others, and
 * whether the place is new, too: no other session of theirs is at its address.
 * @param sid the session that this sign-in began
 * @returns the cookie to give a device that has none of ours; else null
 */
export async function welcomeDevice(
  tx: AuditedTransaction,
  caller: Caller,
  person: AccountRef & { email: string },
  sid: string
): Promise<string | null> {
  // A cookie that nobody signed in with is not one of ours, or long forgotten: the browser does not name itself.
  const named = deviceHash(caller.device);
  const given = named && (await isAnyonesDevice(tx, named)) ? named : null;
  const cookie = given ? null : newDevice();
  const hash = given ?? deviceHash(cookie)!;
  const isNew = !(await isKnownDevice(tx, person.id, hash));
  if (isNew && (await hasDevices(tx, person.id))) {
    const { ip, userAgent } = caller.request;
    const others = (await sessionsOf(tx, [person.id])).filter((session) => session.sid !== sid);
    const place = others.some((session) => session.ip === ip) ? null : 'new';
    const data = { ip, userAgent: userAgent?.slice(0, 400) ?? null, place };
    await sendNotices(tx, [{ to: person, kind: 'new-device', data }]);
  }
  await rememberDevice(tx, person, hash);
  return cookie;
}
