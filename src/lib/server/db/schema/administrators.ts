import { sql } from 'drizzle-orm';
import { boolean, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { CapSettings } from '../../../core/quotas/caps';
import { instant, version } from '../driver/columns';
import { credentialColumns } from './account-columns';
import { roles } from './roles';

/** The last change of one field of a record. */
export type FieldStamp = { seq: number; by: string; at: string };

export const administrators = pgTable(
  'administrators',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    emailKey: text('email_key').notNull(),
    ...credentialColumns(),
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id),
    owner: boolean('owner').notNull().default(false),
    status: text('status', { enum: ['active', 'suspended'] })
      .notNull()
      .default('active'),
    /** Addresses and networks this person may sign in from; empty: any. */
    ipAllowlist: jsonb('ip_allowlist').$type<string[]>().notNull().default([]),
    caps: jsonb('caps').$type<CapSettings>().notNull(),
    seq: version('seq').notNull().default(1),
    /** Field → who changed it last, when, and the record's version then. */
    fieldSeq: jsonb('field_seq').$type<Record<string, FieldStamp>>().notNull().default({}),
    createdAt: instant('created_at').notNull().defaultNow(),
    deletedAt: instant('deleted_at')
  },
  (t) => [
    uniqueIndex('administrators_email_key')
      .on(t.emailKey)
      .where(sql`deleted_at is null`),
    // OWN-1: exactly one owner; that there is one at all is kept by the services.
    uniqueIndex('administrators_one_owner')
      .on(t.owner)
      .where(sql`owner`),
    index('administrators_role')
      .on(t.roleId)
      .where(sql`deleted_at is null`)
  ]
);

/** The one offer of the ownership that may be open. */
export const ownershipOffer = pgTable('ownership_offer', {
  id: boolean('id').primaryKey().default(true),
  fromId: uuid('from_id')
    .notNull()
    .references(() => administrators.id),
  toId: uuid('to_id')
    .notNull()
    .references(() => administrators.id),
  offeredAt: instant('offered_at').notNull().defaultNow(),
  expiresAt: instant('expires_at').notNull()
});
