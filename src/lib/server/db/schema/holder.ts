import { sql } from 'drizzle-orm';
import { check, uuid } from 'drizzle-orm/pg-core';
import type { AccountRef } from '../../../core/sign-in/account';
import { administrators } from './administrators';
import { users } from './users';

// Whose something is that a person signs in with or is told: an administrator's or a user's (TEN-1), exactly one of
// them. `holderId` is whichever it is: ids are never shared between the two.

/** The columns of what is gone before its holder is. */
export const holder = () => ({
  administratorId: uuid('administrator_id').references(() => administrators.id),
  userId: uuid('user_id').references(() => users.id),
  holderId: holderId()
});

/** The same of mail, which may be to somebody who is no more. */
export const mailHolder = () => ({
  administratorId: uuid('administrator_id'),
  userId: uuid('user_id'),
  holderId: holderId()
});

/** That there is exactly one. */
export function oneHolder(table: string) {
  return check(`${table}_holder`, sql`(administrator_id is null) <> (user_id is null)`);
}

function holderId() {
  return uuid('holder_id')
    .notNull()
    .generatedAlwaysAs(sql`coalesce(administrator_id, user_id)`);
}

/** The columns that say whose something is. */
export function heldBy({ kind, id }: AccountRef): { administratorId: string | null; userId: string | null } {
  return kind === 'user' ? { administratorId: null, userId: id } : { administratorId: id, userId: null };
}
