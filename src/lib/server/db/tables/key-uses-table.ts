import { sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';

export type KeyUse = { keyId: string; at: Date; ip: string | null; userAgent: string | null };

/**
 * Notes when keys were used, of each at most once a minute, whichever process it was. A key that is gone is passed
 * over.
 */
export async function noteKeyUses(tx: Queryable, uses: readonly KeyUse[]): Promise<void> {
  if (uses.length === 0) return;
  await tx.execute(sql`insert into key_uses (key_id, at, ip, user_agent)
    select used."keyId", used.at, used.ip, used."userAgent"
    from jsonb_to_recordset(${JSON.stringify(uses)}::jsonb)
      as used ("keyId" uuid, at timestamptz, ip text, "userAgent" text)
    join api_keys on api_keys.id = used."keyId"
    on conflict (key_id) do update set at = excluded.at, ip = excluded.ip, user_agent = excluded.user_agent
    where key_uses.at <= excluded.at - interval '1 minute'`);
}
