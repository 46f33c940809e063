import { sql } from 'drizzle-orm';
import type { Queryable } from './client';

/** Channels of NOTIFY. A notification is a hint: whoever hears it looks; whoever misses it looks anyway, later. */
export const CHANNEL = { audit: 'audit', documents: 'documents', authority: 'authority' } as const;

/** What changed in authority: `session:<sid>`, `person:<id>`, `role:<id>`. */
export type AuthoritySubject = `session:${string}` | `person:${string}` | `role:${string}`;

/** Tells every process, when this transaction commits, whose authority must be judged anew. */
export async function notifyAuthority(tx: Queryable, subjects: readonly AuthoritySubject[]): Promise<void> {
  for (const subject of new Set(subjects))
    await tx.execute(sql`select pg_notify(${CHANNEL.authority}, ${subject})`);
}
