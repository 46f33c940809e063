import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { PackageCounts } from '../../../core/packages/counts';
import type { PackageSwitches } from '../../../core/packages/switches';
import type { CapSettings } from '../../../core/quotas/caps';
import { instant, version } from '../driver/columns';
import type { FieldStamp } from './administrators';
import { roles } from './roles';

/**
 * Packages: a role, caps, counts and switches that users get together. Users refer to a package and never copy it
 * (TEN-2).
 */
export const packages = pgTable(
  'packages',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    /** Comparison key of the name, which must be unique: names that look alike share it. */
    nameKey: text('name_key').notNull(),
    /** A role of users: a trigger refuses one of administrators (drizzle/0026). */
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id),
    /** Caps of each of its users; `inherit`: as the platform says. */
    caps: jsonb('caps').$type<CapSettings>().notNull(),
    counts: jsonb('counts').$type<PackageCounts>().notNull(),
    switches: jsonb('switches').$type<PackageSwitches>().notNull(),
    seq: version('seq').notNull().default(1),
    /** Field → who changed it last, when, and the record's version then. */
    fieldSeq: jsonb('field_seq').$type<Record<string, FieldStamp>>().notNull().default({}),
    createdAt: instant('created_at').notNull().defaultNow(),
    deletedAt: instant('deleted_at')
  },
  (t) => [
    uniqueIndex('packages_name_key')
      .on(t.nameKey)
      .where(sql`deleted_at is null`),
    index('packages_role')
      .on(t.roleId)
      .where(sql`deleted_at is null`)
  ]
);
