import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { UserCounts } from '../../../core/packages/counts';
import type { CapSettings } from '../../../core/quotas/caps';
import type { OwnBrand } from '../../../core/users/own-brand';
import { USER_STATUSES } from '../../../core/users/user-status';
import { instant, version } from '../driver/columns';
import { credentialColumns } from './account-columns';
import type { FieldStamp } from './administrators';
import { packages } from './packages';

/**
 * Tenants: clients of whoever runs the installation (TEN-1). What a user may do and send comes from the package,
 * but for what is set here.
 */
export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    /** Empty once the account is closed. */
    email: text('email').notNull(),
    /** The address as addresses are compared: no administrator, user or sending name has the same (drizzle/0026). */
    emailKey: text('email_key').notNull(),
    ...credentialColumns(),
    packageId: uuid('package_id')
      .notNull()
      .references(() => packages.id),
    /** `inherit`: as the package says. */
    caps: jsonb('caps').$type<CapSettings>().notNull(),
    counts: jsonb('counts').$type<UserCounts>().notNull(),
    status: text('status', { enum: USER_STATUSES }).notNull().default('active'),
    /** Reason, start, end and author of a suspension or a closing that is under way. */
    statusReason: text('status_reason'),
    statusSince: instant('status_since'),
    statusBy: text('status_by'),
    /** Null: the suspension does not end by itself. */
    suspendedUntil: instant('suspended_until'),
    closesAt: instant('closes_at'),
    /** Addresses and networks this user may sign in from; empty: any. */
    ipAllowlist: jsonb('ip_allowlist').$type<string[]>().notNull().default([]),
    /** Time zone in which the days and months of its caps begin; null: the installation's. */
    timeZone: text('time_zone'),
    /**
     * Branding of the user's own console; null: all of it is the installation's. A picture is large: read by
     * `readBrand` alone.
     */
    brand: jsonb('brand').$type<OwnBrand>(),
    seq: version('seq').notNull().default(1),
    /** Field → who changed it last, when, and the record's version then. */
    fieldSeq: jsonb('field_seq').$type<Record<string, FieldStamp>>().notNull().default({}),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Deleted, or closed and erased. */
    deletedAt: instant('deleted_at')
  },
  (t) => [
    uniqueIndex('users_email_key')
      .on(t.emailKey)
      .where(sql`deleted_at is null`),
    index('users_by_name')
      .on(t.name, t.id)
      .where(sql`deleted_at is null`),
    index('users_package')
      .on(t.packageId)
      .where(sql`deleted_at is null`),
    index('users_status')
      .on(t.status)
      .where(sql`deleted_at is null and status <> 'active'`),
    check('users_states', sql`status in ('active', 'suspended', 'closing', 'closed')`),
    check('users_closing', sql`(status in ('closing', 'closed')) = (closes_at is not null)`),
    check('users_erased', sql`(status = 'closed') <= (deleted_at is not null)`)
  ]
);
