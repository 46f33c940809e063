import { sql } from 'drizzle-orm';
import type { RecordRef } from '../../../core/records';
import { writtenOnce } from './built-once';
import type { Queryable } from './client';

/** Channels of NOTIFY. A notification is a hint: whoever hears it looks; whoever misses it looks anyway, later. */
export const CHANNEL = {
  audit: 'audit',
  documents: 'documents',
  authority: 'authority',
  presence: 'presence',
  news: 'news'
} as const;

/**
 * Subject of a change in authority: a session, a person or an application (and their keys), a user or a package, a
 * role, a route, everybody, or the platform: its pause is nothing to open pages and sockets, which it leaves as they
 * are.
 */
export type AuthoritySubject =
  | 'all'
  | 'platform'
  | RecordRef<'session' | 'person' | 'application' | 'user' | 'package' | 'role' | 'route'>;

/** Tells every process, when this transaction commits, whose authority must be judged anew. */
export async function notifyAuthority(tx: Queryable, subjects: readonly AuthoritySubject[]): Promise<void> {
  if (subjects.length === 0) return;
  await notifyAll(tx, { channel: CHANNEL.authority, about: JSON.stringify(subjects) });
}

const notifyAll = writtenOnce(
  (slot) => sql`select pg_notify(${slot('channel')}, about)
    from jsonb_array_elements_text(${slot('about')}::jsonb) as about`
);

/** Stands in place of a person whom news is for: every user. */
export const EVERY_USER = 'users';

/**
 * Tells every process, when this transaction commits, for whom there is news that no document shows: ids of people,
 * or `EVERY_USER`.
 */
export async function notifyNews(tx: Queryable, people: readonly string[]): Promise<void> {
  if (people.length === 0) return;
  await notifyAll(tx, { channel: CHANNEL.news, about: JSON.stringify([...new Set(people)]) });
}

/** Tells the other processes who is where. At most 8,000 bytes. */
export async function notifyPresence(tx: Queryable, note: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${CHANNEL.presence}, ${note})`);
}
