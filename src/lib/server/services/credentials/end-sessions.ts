import { notifyAuthority } from '../../db/driver/notify';
import { deleteSessionsOf, deleteSessionsOfRole } from '../../db/tables/sessions-table';
import type { AuditedTransaction } from '../../db/driver/transaction';

/** Ends sessions of a person, whose record is locked: their sockets close in every process. Returns the ids. */
export async function endSessions(
  tx: AuditedTransaction,
  accountId: string,
  which: { except?: string | undefined; only?: string | undefined } = {}
): Promise<string[]> {
  const ended = await deleteSessionsOf(tx, accountId, which);
  await notifyAuthority(
    tx,
    ended.map((sid) => `session:${sid}` as const)
  );
  return ended;
}

/** Ends the sessions of all who hold a role, but `except`; null: of all. */
export async function endSessionsOfRole(
  tx: AuditedTransaction,
  roleId: string,
  except: string | null
): Promise<{ sid: string; id: string }[]> {
  const ended = await deleteSessionsOfRole(tx, roleId, except);
  await notifyAuthority(
    tx,
    ended.map(({ sid }) => `session:${sid}` as const)
  );
  return ended;
}
