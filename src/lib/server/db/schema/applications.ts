import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant, version } from '../driver/columns';
import { administrators, type FieldStamp } from './administrators';
import { roles } from './roles';
import { users } from './users';

/** Machines with a role of their own (APP-1). */
export const applications = pgTable(
  'applications',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id),
    /** The administrator who answers for it; null: nobody does any more. */
    stewardId: uuid('steward_id').references(() => administrators.id, { onDelete: 'set null' }),
    /** The time since when its steward is suspended, deactivated or deleted; null: there is one. */
    stewardGoneAt: instant('steward_gone_at'),
    status: text('status', { enum: ['active', 'suspended'] })
      .notNull()
      .default('active'),
    /** Addresses and networks its keys work from; empty: any. */
    allowlist: jsonb('allowlist').$type<string[]>().notNull().default([]),
    /** Calls a minute that all its keys together may make; null: what the installation allows. */
    perMinute: integer('per_minute'),
    seq: version('seq').notNull().default(1),
    /** Field → who changed it last, when, and the record's version then. */
    fieldSeq: jsonb('field_seq').$type<Record<string, FieldStamp>>().notNull().default({}),
    createdAt: instant('created_at').notNull().defaultNow(),
    deletedAt: instant('deleted_at')
  },
  (t) => [
    uniqueIndex('applications_name_key')
      .on(t.nameKey)
      .where(sql`deleted_at is null`),
    index('applications_role')
      .on(t.roleId)
      .where(sql`deleted_at is null`),
    index('applications_steward')
      .on(t.stewardId)
      .where(sql`deleted_at is null`),
    check('applications_states', sql`status in ('active', 'suspended')`)
  ]
);

/** Keys: the public id and the hash of the secret. The key itself is shown once and never stored (APP-2). */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    /** The public part of the key, 12 characters. */
    kid: text('kid').notNull(),
    secretHash: bytes('secret_hash').notNull(),
    /** The key's last four characters, to tell keys apart in a list. */
    last4: text('last4').notNull(),
    name: text('name').notNull(),
    /** Holder of the key: exactly one of the three. */
    applicationId: uuid('application_id').references(() => applications.id),
    administratorId: uuid('administrator_id').references(() => administrators.id, { onDelete: 'cascade' }),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /**
     * Permissions that the key of a person may be used for (APP-5); null for an application's, which is worth what
     * its application may do.
     */
    permissions: jsonb('permissions').$type<string[]>(),
    madeBy: uuid('made_by'),
    madeByName: text('made_by_name').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
    /** The time until which it works beside the key that replaced it; null: it was not rotated. */
    retiresAt: instant('retires_at'),
    replacedBy: uuid('replaced_by'),
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason', { enum: ['revoked', 'leaked', 'deleted'] })
  },
  (t) => [
    uniqueIndex('api_keys_kid').on(t.kid),
    index('api_keys_application').on(t.applicationId),
    index('api_keys_administrator').on(t.administratorId),
    index('api_keys_user').on(t.userId),
    check('api_keys_one_holder', sql`num_nonnulls(application_id, administrator_id, user_id) = 1`),
    check('api_keys_scopes', sql`(permissions is null) = (application_id is not null)`),
    check('api_keys_rotated', sql`(retires_at is null) = (replaced_by is null)`),
    check('api_keys_revoked', sql`(revoked_at is null) = (revoked_reason is null)`)
  ]
);

/** Last use of each key. Bookkeeping: written at most once a minute and key, without an entry in the log. */
export const keyUses = pgTable('key_uses', {
  keyId: uuid('key_id')
    .primaryKey()
    .references(() => apiKeys.id, { onDelete: 'cascade' }),
  at: instant('at').notNull(),
  ip: text('ip'),
  userAgent: text('user_agent')
});
