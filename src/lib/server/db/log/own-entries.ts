import { sql } from 'drizzle-orm';
import { factTokens } from '../../../core/log/log-tokens';
import type { AuditView } from '../../../core/log/actions';
import type { EntryDoc } from './audit-schema';
import type { Queryable } from '../driver/client';
import { listed } from '../driver/listed';

export type OwnRow = { doc: EntryDoc; personalData: Uint8Array | null };

/**
 * Entries of these actions that a user did or that were done to it, newest first (drizzle/0034).
 * @param before the id of the last entry of the page before; below one that is not the user's there is nothing
 */
export async function listOwnEntries(
  tx: Queryable,
  userId: string,
  asked: { view: AuditView; actions: readonly string[]; before: string | null; limit: number }
): Promise<OwnRow[]> {
  const { view, actions, before, limit } = asked;
  const did = listed(factTokens({ view, actor: userId }));
  const done = listed(factTokens({ view, target: userId }));
  const rows = await tx.execute<{ doc: EntryDoc; pii: string | null }>(sql`
    select doc, encode(pii, 'base64') as pii from audit.own_entries(${userId}::uuid, ${view}, ${listed(actions)}::text[],
      ${did}::integer[], ${done}::integer[], ${before}::uuid, ${limit}::int)`);
  return [...rows].map(({ doc, pii }) => ({
    doc,
    personalData: pii === null ? null : Buffer.from(pii, 'base64')
  }));
}
