import { asc, sql, type SQL } from 'drizzle-orm';
import type { ForwardRoute } from '../../../core/access/decisions/forward-routes';
import type { UserStatus } from '../../../core/users/user-status';
import type { RoleKind } from '../../../core/roles/role-kinds';
import { builtOnce, writtenOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { forwardRoutes } from '../schema/forward-routes';

/** A moment of the database: what a snapshot saw of the log, and what it had yet to see of transactions. */
export type AuthorityMoment = {
  /**
   * The newest number of the log; 0: none. Every change of an entry numbered up to it is in the snapshot (decision
   * 0043).
   */
  revision: number;
  /** True if entries wait for their number. */
  hasPending: boolean;
  /**
   * The oldest transaction that the snapshot may not have seen, as xid8: what changed later was written by it or by
   * a later one.
   */
  xmin: string;
};

/** The moment that this transaction's snapshot is of. */
export async function readMoment(tx: Queryable): Promise<AuthorityMoment> {
  const [row] = await moment(tx);
  return { revision: Number(row!.revision), hasPending: row!.pending, xmin: row!.xmin };
}

const moment = writtenOnce<{ revision: string; pending: boolean; xmin: string }>(
  () => sql`select
    (select coalesce(max(seq), 0) from audit.seq) as revision,
    exists (select 1 from audit.pending) as pending,
    pg_snapshot_xmin(pg_current_snapshot())::text as xmin`
);

/**
 * Rows that were written since a moment, and how many there are now: fewer than are known means that some were
 * deleted.
 */
export type Written<T> = { rows: T[]; count: number };

export type AuthorityPerson = {
  id: string;
  name: string;
  emailKey: string;
  roleId: string;
  owner: boolean;
  status: 'active' | 'suspended';
  activated: boolean;
  isDeleted: boolean;
  ipAllowlist: string[];
} & AskedFactor;

/** Second factor of a person: whether one is set up, and whether their own record asks for one. */
export type AskedFactor = {
  twoFactor: boolean;
  require2fa: boolean;
  /** Milliseconds of the epoch; null: from the beginning. */
  require2faFrom: number | null;
};

/** A user, with nothing of its package but which it is: that may change without it. */
export type AuthorityUser = {
  id: string;
  name: string;
  emailKey: string;
  packageId: string;
  status: UserStatus;
  /** Milliseconds of the epoch. */
  suspendedUntil: number | null;
  isDeleted: boolean;
  ipAllowlist: string[];
} & AskedFactor;

export type AuthorityPackage = { id: string; roleId: string };

export type AuthorityRole = {
  id: string;
  kind: RoleKind;
  name: string;
  seq: number;
  isDeleted: boolean;
} & Omit<AskedFactor, 'twoFactor'>;

export type AuthorityApplication = {
  id: string;
  name: string;
  roleId: string;
  status: 'active' | 'suspended';
  /** Milliseconds of the epoch. */
  stewardGoneAt: number | null;
  isDeleted: boolean;
  allowlist: string[];
  perMinute: number | null;
};

export type AuthorityKey = {
  id: string;
  kid: string;
  /** Hash in hex. */
  secretHash: string;
  applicationId: string | null;
  administratorId: string | null;
  userId: string | null;
  /** Scopes of a personal key; null for an application's. Empty for one that is over. */
  permissions: string[] | null;
  /** Milliseconds of the epoch, all four. */
  createdAt: number;
  expiresAt: number;
  retiresAt: number | null;
  revokedAt: number | null;
};

/** Forward routes: the permission that each request a proxy asks about takes, in the order in which they are tried. */
export async function readForwardRoutes(tx: Queryable): Promise<ForwardRoute[]> {
  return routesInOrder(tx);
}

const routesInOrder = builtOnce((db) => {
  const { method, host, path, takes, users } = forwardRoutes;
  return db
    .select({ method, host, path, takes, users })
    .from(forwardRoutes)
    .orderBy(asc(forwardRoutes.position));
});

export const writtenPeople = written<AuthorityPerson>(
  sql`administrators`,
  sql`json_build_object('id', id, 'name', name, 'emailKey', email_key, 'roleId', role_id, 'owner', owner, 'status', status,
      'activated', activation_expires_at is null, 'isDeleted', deleted_at is not null, 'ipAllowlist', ip_allowlist,
      'twoFactor', two_factor, 'require2fa', require_2fa, 'require2faFrom', ${epochMs(sql`require_2fa_from`)})`
);

export const writtenUsers = written<AuthorityUser>(
  sql`users`,
  sql`json_build_object('id', id, 'name', name, 'emailKey', email_key, 'packageId', package_id, 'status', status,
      'suspendedUntil', ${epochMs(sql`suspended_until`)}, 'isDeleted', deleted_at is not null, 'ipAllowlist', ip_allowlist,
      'twoFactor', two_factor, 'require2fa', require_2fa, 'require2faFrom', ${epochMs(sql`require_2fa_from`)})`
);

export const writtenPackages = written<AuthorityPackage>(
  sql`packages`,
  sql`json_build_object('id', id, 'roleId', role_id)`
);

export const writtenRoles = written<AuthorityRole>(
  sql`roles`,
  sql`json_build_object('id', id, 'kind', kind, 'name', name, 'seq', seq, 'isDeleted', deleted_at is not null,
      'require2fa', require_2fa, 'require2faFrom', ${epochMs(sql`require_2fa_from`)})`
);

export const writtenApplications = written<AuthorityApplication>(
  sql`applications`,
  sql`json_build_object('id', id, 'name', name, 'roleId', role_id, 'status', status,
      'stewardGoneAt', ${epochMs(sql`steward_gone_at`)}, 'isDeleted', deleted_at is not null, 'allowlist', allowlist,
      'perMinute', per_minute)`
);

export const writtenKeys = written<AuthorityKey>(
  sql`api_keys`,
  sql`json_build_object('id', id, 'kid', kid, 'secretHash', encode(secret_hash, 'hex'), 'applicationId', application_id,
      'administratorId', administrator_id, 'userId', user_id,
      'permissions', case when permissions is not null and (revoked_at is not null or expires_at <= now()) then '[]' else permissions end,
      'createdAt', ${epochMs(sql`created_at`)}, 'expiresAt', ${epochMs(sql`expires_at`)}, 'retiresAt', ${epochMs(sql`retires_at`)},
      'revokedAt', ${epochMs(sql`revoked_at`)})`
);

/** The ids that a table has: what else is known was deleted. */
export async function readPresentIds(
  tx: Queryable,
  table: 'administrators' | 'users' | 'packages' | 'roles' | 'applications' | 'api_keys'
): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`select id::text as id from ${sql.identifier(table)}`);
  return rows.map(({ id }) => id);
}

/**
 * Rows as JSON that the snapshot of a moment did not have: a version of a row names the transaction that wrote it,
 * and whatever was not seen then was written by `since` or a later one. Numbers of transactions wrap around in rows
 * (32 bits), which is why they are compared by their distance; an ancient row that looks new by it is read once
 * more, and none is left out.
 */
function written<T>(table: SQL, row: SQL): (tx: Queryable, since: string | null) => Promise<Written<T>> {
  const find = writtenOnce<{ rows: T[] | null; count: number }>((slot) => {
    const since = sql`${slot('since')}::bigint`;
    const isNew = sql`${since} is null or (xmin::text::bigint - ${since}) & 4294967295 < 2147483648`;
    return sql`select
      (select json_agg(${row}) from ${table} where ${isNew}) as rows, (select count(*)::int from ${table}) as count`;
  });
  return async (tx, since) => {
    const [found] = await find(tx, { since });
    return { rows: found!.rows ?? [], count: found!.count };
  };
}

function epochMs(instant: SQL): SQL {
  return sql`(extract(epoch from ${instant}) * 1000)::float8`;
}
