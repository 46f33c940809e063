import type { AccountRef } from '../src/lib/core/sign-in/account';
import { isForUsers } from '../src/lib/protocol/document-access';
import type { DocumentName } from '../src/lib/protocol/documents';
import { readClock } from '../src/lib/server/db/tables/documents-table';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { scoped } from '../src/lib/server/services/write-path/scope';
import type { Holder } from './connection';

/** True if the code opens a document to users: the first fence (TEN-3). */
export function opensToUsers({ fences }: Pick<Deps, 'fences'>, name: DocumentName): boolean {
  return isForUsers(name) || fences?.code === false;
}

/**
 * Account whose own document a socket is for: its own, whatever its address says; null: it feeds a copy of somebody
 * else's, and what this session may read is not for that. It is the first fence of a user's gauges (TEN-3): without it
 * a user would be shown whom it names.
 */
export function accountShown(
  { fences }: Pick<Deps, 'fences'>,
  { kind, personId }: Holder,
  fed: string | null
): AccountRef | null {
  if (fed === null || fed === personId) return { kind, id: personId };
  return kind === 'user' && fences?.code === false ? { kind, id: fed } : null;
}

/**
 * True if a document is there for a user, by both fences. A room is everybody's who reads in it, so the database is
 * asked at its door: it shows a user none of the documents that it keeps.
 */
export async function isThereForUser(deps: Deps, personId: string, name: DocumentName): Promise<boolean> {
  if (!opensToUsers(deps, name)) return false;
  if (isForUsers(name) || deps.fences?.rows === false) return true;
  const { db } = scoped(deps, { kind: 'user', personId, step: 'ready' });
  return (await readClock(db, name)) !== null;
}
