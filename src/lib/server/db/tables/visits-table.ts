import { and, eq, gt, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { accountGate } from '../../../core/users/account-gate';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';
import { administrators } from '../schema/administrators';
import { packages } from '../schema/packages';
import { roles } from '../schema/roles';
import { sessions } from '../schema/sessions';
import { users } from '../schema/users';
import { visits } from '../schema/visits';
import { administratorOwner, ofAdministrator, ofUser, userOwner } from './session-owner';
import { platform2fa, roleRule, type RoleRule, type SessionRow, type ValidSession } from './sessions-table';

export type VisitRow = typeof visits.$inferSelect;

/** A visit that stands: a session of the user's, in which one of staff acts. */
export type ValidVisit = ValidSession & {
  role: RoleRule;
  visit: NonNullable<ValidSession['visit']>;
};

const staffRole = alias(roles, 'staff_role');

export async function insertVisit(tx: AuditedTransaction, row: typeof visits.$inferInsert): Promise<void> {
  await tx.insert(visits).values(row);
}

export async function findVisit(tx: Queryable, sid: string): Promise<ValidVisit | null> {
  return (await validVisits(tx, [sid])).get(sid) ?? null;
}

/**
 * Those of these visits that stand: the time is not over, the session they were begun in stands, and both people
 * may be here. Whether the staff member may still visit is for whoever knows what roles grant.
 */
export async function validVisits(tx: Queryable, sids: readonly string[]): Promise<Map<string, ValidVisit>> {
  if (sids.length === 0) return new Map();
  const rows = await tx
    .select({
      ...{ row: visits, aal: sessions.aal, staff: ofAdministrator, user: ofUser, platform2fa },
      ...{ roleId: packages.roleId, role: roleRule },
      staffRole: { require2fa: staffRole.require2fa, require2faFrom: staffRole.require2faFrom }
    })
    .from(visits)
    .innerJoin(sessions, eq(sessions.sid, visits.parentSid))
    .innerJoin(
      administrators,
      and(eq(administrators.id, visits.administratorId), eq(administrators.id, sessions.administratorId))
    )
    .innerJoin(staffRole, eq(staffRole.id, administrators.roleId))
    .innerJoin(users, eq(users.id, visits.userId))
    .innerJoin(packages, eq(packages.id, users.packageId))
    .innerJoin(roles, eq(roles.id, packages.roleId))
    .where(
      and(
        inArray(visits.sid, [...sids]),
        gt(visits.endsAt, sql`now()`),
        gt(sessions.expiresAt, sql`now()`),
        gt(sessions.endsAt, sql`now()`)
      )
    );
  const now = Date.now();
  return new Map(
    rows.flatMap(({ row, aal, staff, user, platform2fa: rule, roleId, role, staffRole: staffRule }) => {
      const by = administratorOwner(staff);
      const person = userOwner(user, roleId);
      if (accountGate(by, now) === 'barred' || accountGate(person, now) === 'barred') return [];
      const { parentSid } = row;
      const visit = {
        by,
        role: staffRule,
        aal: aal === 2 ? (2 as const) : (1 as const),
        parentSid
      };
      return [[row.sid, { session: asSession(row), person, platform2fa: rule, role, visit }] as const];
    })
  );
}

/** All there are, those that are over as well. */
export async function readVisits(tx: Queryable): Promise<VisitRow[]> {
  return tx.select().from(visits);
}

/** Ends visits: one by its id, or whichever somebody of staff is on. Returns what they were. */
export async function deleteVisits(
  tx: AuditedTransaction,
  which: { sid: string } | { administratorId: string }
): Promise<VisitRow[]> {
  return tx
    .delete(visits)
    .where('sid' in which ? eq(visits.sid, which.sid) : eq(visits.administratorId, which.administratorId))
    .returning();
}

/**
 * A visit in the shape that those take who act in a session. The password was never proved in one: nothing is done in
 * it that asks for that.
 */
function asSession({ sid, userId, secretHash, aal, ip, userAgent, createdAt, endsAt }: VisitRow): SessionRow {
  return {
    ...{ sid, secretHash, aal, ip, userAgent, createdAt, endsAt, expiresAt: endsAt },
    ...{ administratorId: null, userId, holderId: userId, provedAt: new Date(0) }
  };
}
