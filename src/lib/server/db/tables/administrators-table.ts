import { and, asc, eq, gt, ilike, inArray, isNotNull, isNull, or, sql, type SQL } from 'drizzle-orm';
import { builtOnce } from '../driver/built-once';
import type { Queryable } from '../driver/client';
import { administrators } from '../schema/administrators';
import { lockInOrder, type RecordLock } from '../driver/lock-in-order';
import type { AuditedTransaction } from '../driver/transaction';
import { deleteLastActive } from './last-active-table';

export type AdministratorRow = typeof administrators.$inferSelect;

const present = isNull(administrators.deletedAt);

export async function insertAdministrator(
  tx: AuditedTransaction,
  row: typeof administrators.$inferInsert
): Promise<void> {
  await tx.insert(administrators).values(row);
}

export async function findAdministrator(tx: Queryable, id: string): Promise<AdministratorRow | null> {
  const [row] = await presentOne(tx, { id });
  return row ?? null;
}

const presentOne = builtOnce((db, slot) =>
  db
    .select()
    .from(administrators)
    .where(and(eq(administrators.id, slot('id')), present))
);

/** The same, deactivated people too. */
export async function findKnownAdministrator(tx: Queryable, id: string): Promise<AdministratorRow | null> {
  const [row] = await tx.select().from(administrators).where(eq(administrators.id, id));
  return row ?? null;
}

export async function findByEmailKey(tx: Queryable, emailKey: string): Promise<AdministratorRow | null> {
  const [row] = await tx
    .select()
    .from(administrators)
    .where(and(eq(administrators.emailKey, emailKey), present));
  return row ?? null;
}

export type PersonLock = RecordLock;

/**
 * Locks people for a decision, the deactivated ones too, always in the order of their ids: two transactions that
 * need the same people never wait for each other in a circle.
 */
export async function lockAdministrators(
  tx: AuditedTransaction,
  locks: readonly PersonLock[]
): Promise<Map<string, AdministratorRow>> {
  return lockInOrder(locks, (id, mode) => lockAdministrator[mode](tx, { id }));
}

const lockAdministrator = { share: administratorHeld('share'), update: administratorHeld('update') };

function administratorHeld(mode: PersonLock['mode']) {
  return builtOnce((db, slot) => {
    const one = eq(administrators.id, slot('id'));
    return db.select().from(administrators).where(one).for(mode);
  });
}

export async function updateAdministrator(
  tx: AuditedTransaction,
  id: string,
  change: Partial<typeof administrators.$inferInsert>
): Promise<void> {
  await tx.update(administrators).set(change).where(eq(administrators.id, id));
}

/** Takes a record away permanently. What others say about this person (the log) stays. */
export async function deleteAdministrator(tx: AuditedTransaction, id: string): Promise<void> {
  await deleteLastActive(tx, id);
  await tx.delete(administrators).where(eq(administrators.id, id));
}

export type PeopleFilter = {
  search?: string | undefined;
  roleId?: string | undefined;
  /** Status to list; left out: everybody but the deactivated. */
  status?: 'active' | 'must-change' | 'suspended' | 'deactivated' | undefined;
  /** These alone; without a status the deactivated among them too. */
  ids?: readonly string[] | undefined;
};

/** A page of people in the order of name, then id. `after` is the last row of the page before. */
export async function listAdministrators(
  tx: Queryable,
  filter: PeopleFilter,
  page: { after?: { name: string; id: string } | undefined; limit: number }
): Promise<AdministratorRow[]> {
  const like = filter.search ? `%${filter.search.replace(/[\\%_]/g, '\\$&')}%` : null;
  return tx
    .select()
    .from(administrators)
    .where(
      and(
        filter.ids ? inArray(administrators.id, [...filter.ids]) : undefined,
        filter.ids && filter.status === undefined ? undefined : hasStatus(filter.status),
        like ? or(ilike(administrators.name, like), ilike(administrators.email, like)) : undefined,
        filter.roleId ? eq(administrators.roleId, filter.roleId) : undefined,
        page.after
          ? sql`(${administrators.name}, ${administrators.id}) > (${page.after.name}, ${page.after.id}::uuid)`
          : undefined
      )
    )
    .orderBy(asc(administrators.name), asc(administrators.id))
    .limit(page.limit);
}

function hasStatus(status: PeopleFilter['status']): SQL | undefined {
  if (status === undefined) return present;
  if (status === 'deactivated') return isNotNull(administrators.deletedAt);
  if (status === 'suspended') return and(present, eq(administrators.status, 'suspended'));
  const waiting = status === 'must-change';
  const { activationExpiresAt } = administrators;
  return and(
    present,
    eq(administrators.status, 'active'),
    waiting ? isNotNull(activationExpiresAt) : isNull(activationExpiresAt)
  );
}

/** The ids of everybody, the deactivated too, in the order of their names. */
export async function administratorIds(tx: Queryable): Promise<string[]> {
  const rows = await tx
    .select({ id: administrators.id })
    .from(administrators)
    .orderBy(asc(administrators.name), asc(administrators.id));
  return rows.map((row) => row.id);
}

/** Members of a role by name, at most `limit`. */
export async function membersOf(tx: Queryable, roleId: string, limit: number): Promise<AdministratorRow[]> {
  return tx
    .select()
    .from(administrators)
    .where(and(eq(administrators.roleId, roleId), present))
    .orderBy(asc(administrators.name), asc(administrators.id))
    .limit(limit);
}

/** Members of a role whose initial password or link can still be used. */
export async function membersToActivate(tx: Queryable, roleId: string): Promise<AdministratorRow[]> {
  return toActivate(tx, { roleId });
}

const toActivate = builtOnce((db, slot) =>
  db
    .select()
    .from(administrators)
    .where(
      and(
        eq(administrators.roleId, slot('roleId')),
        present,
        gt(administrators.activationExpiresAt, sql`now()`)
      )
    )
);

/** Number of open initial passwords and links that a person made, for administrators and users. */
export async function countSecretsOf(tx: Queryable, id: string): Promise<number> {
  const open = sql`deleted_at is null and activation_expires_at > now() and ${id}::uuid = any(activation_makers)`;
  const [row] = await tx.execute<{ n: number }>(sql`
    select (select count(*) from administrators where ${open})::int + (select count(*) from users where ${open})::int as n`);
  return row?.n ?? 0;
}

/** Ids of all who hold one of these roles. */
export async function holdersOf(tx: Queryable, roleIds: readonly string[]): Promise<string[]> {
  if (roleIds.length === 0) return [];
  const rows = await tx
    .select({ id: administrators.id })
    .from(administrators)
    .where(and(inArray(administrators.roleId, [...roleIds]), present));
  return rows.map((row) => row.id);
}

/** Active people who have no second factor, as far as a date concerns them: their own, their role's, or everybody's. */
export async function administratorsToRemind(
  tx: Queryable,
  { everybody, roleIds }: DatedRules
): Promise<AdministratorRow[]> {
  const isConcerned = or(
    isNotNull(administrators.require2faFrom),
    inArray(administrators.roleId, [...roleIds])
  );
  return tx
    .select()
    .from(administrators)
    .where(
      and(
        present,
        eq(administrators.status, 'active'),
        eq(administrators.twoFactor, false),
        everybody ? undefined : isConcerned
      )
    );
}

/** Rules about second factors that begin on a date: whether one concerns everybody, and the roles that have one. */
export type DatedRules = { everybody: boolean; roleIds: readonly string[] };

/** All people, or those named; the deactivated ones too. */
export async function readAdministrators(
  tx: Queryable,
  ids?: readonly string[]
): Promise<AdministratorRow[]> {
  return tx
    .select()
    .from(administrators)
    .where(ids ? inArray(administrators.id, [...ids]) : undefined);
}

/** Moves all members of a role to another and returns their ids. */
export async function moveMembers(
  tx: AuditedTransaction,
  from: string,
  to: string
): Promise<{ id: string; name: string; email: string }[]> {
  return tx
    .update(administrators)
    .set({ roleId: to, seq: sql`${administrators.seq} + 1` })
    .where(and(eq(administrators.roleId, from), present))
    .returning({ id: administrators.id, name: administrators.name, email: administrators.email });
}

export async function findOwner(tx: Queryable): Promise<AdministratorRow | null> {
  const [row] = await tx.select().from(administrators).where(eq(administrators.owner, true));
  return row ?? null;
}
