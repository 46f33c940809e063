import { accountOf } from '../src/lib/core/quotas/layers';
import type { AccountRef } from '../src/lib/core/sign-in/account';

/**
 * Account that reads a document. `shown`: account whose document it is, of one that is another for each person;
 * `visitor`: id of the staff member who does it in the user's place.
 */
export type Reader = AccountRef & { shown: AccountRef; visitor: string | null };

/**
 * The key of the room in which somebody reads a document that is another one for each person: `own:user:<id>`. In a
 * visit it is a room apart, `own:user:<id>/<visitor>`: a visitor may see less than the user, and is not told when the
 * user is there. So it is for whoever reads another's: a room is read with the rights of one.
 */
export function ownKey({ id, shown, visitor }: Reader): string {
  const apart = visitor ?? (shown.id === id ? null : id);
  return `own:${accountOf({ type: shown.kind, id: shown.id })}${apart === null ? '' : `/${apart}`}`;
}
