import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core';
import { instant, version } from '../driver/columns';

/** Roles: live blueprints. `seq` is the version of the record; each field remembers the version of its last change. */
export const roles = pgTable(
  'roles',
  {
    id: text('id').primaryKey(),
    /**
     * Whom it can be given to: roles of administrators and of users never mix (TEN-4). It never changes
     * (drizzle/0026).
     */
    kind: text('kind', { enum: ['administrator', 'user'] })
      .notNull()
      .default('administrator'),
    name: text('name').notNull(),
    /** Comparison key of the name (core/text/names), unique within its kind: names that look alike share it. */
    nameKey: text('name_key').notNull(),
    description: text('description').notNull().default(''),
    require2fa: boolean('require_2fa').notNull().default(false),
    /** The requirement begins at this moment; null: it is in force at once. */
    require2faFrom: instant('require_2fa_from'),
    locked: boolean('locked').notNull().default(false),
    seq: version('seq').notNull().default(1),
    nameSeq: version('name_seq').notNull().default(1),
    nameBy: text('name_by').notNull().default(''),
    nameAt: instant('name_at').notNull().defaultNow(),
    descriptionSeq: version('description_seq').notNull().default(1),
    descriptionBy: text('description_by').notNull().default(''),
    descriptionAt: instant('description_at').notNull().defaultNow(),
    require2faSeq: version('require_2fa_seq').notNull().default(1),
    require2faBy: text('require_2fa_by').notNull().default(''),
    require2faAt: instant('require_2fa_at').notNull().defaultNow(),
    /** Number of permissions in force, kept with every edit; the cells are the truth. */
    permissionCount: integer('permission_count').notNull().default(0),
    /** Catalogue version at the last review (ROL-11). */
    reviewedCatalogue: integer('reviewed_catalogue').notNull().default(1),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** A deleted role keeps its id for ever: ids are never reused. */
    deletedAt: instant('deleted_at')
  },
  (t) => [
    uniqueIndex('roles_name_key')
      .on(t.kind, t.nameKey)
      .where(sql`deleted_at is null`),
    check('roles_kinds', sql`kind in ('administrator', 'user')`)
  ]
);

/** One row per permission that was ever set in a role. A permission without a row was never granted. */
export const rolePermissions = pgTable(
  'role_permissions',
  {
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id),
    permissionId: text('permission_id').notNull(),
    on: boolean('granted').notNull(),
    /** The role's version that changed this cell last. */
    seq: version('seq').notNull(),
    byId: uuid('by_id'),
    byName: text('by_name').notNull(),
    at: instant('at').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.roleId, t.permissionId] }),
    index('role_permissions_seq').on(t.roleId, t.seq),
    index('role_permissions_permission')
      .on(t.permissionId)
      .where(sql`granted`)
  ]
);
