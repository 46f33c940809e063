import { asc, eq, sql } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import type { AuditedTransaction } from '../driver/transaction';
import { forwardRoutes } from '../schema/forward-routes';

export type RouteRow = typeof forwardRoutes.$inferSelect;

/** All routes in the order in which they are tried. */
export async function readRoutes(tx: Queryable): Promise<RouteRow[]> {
  return tx.select().from(forwardRoutes).orderBy(asc(forwardRoutes.position));
}

/** The same, when no other transaction changes them any more: what one is worth depends on all. */
export async function lockRoutes(tx: AuditedTransaction): Promise<RouteRow[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(${0x726f7574})`);
  return readRoutes(tx);
}

export async function insertRoute(
  tx: AuditedTransaction,
  row: typeof forwardRoutes.$inferInsert
): Promise<void> {
  await tx.insert(forwardRoutes).values(row);
}

export async function updateRoute(
  tx: AuditedTransaction,
  id: string,
  change: Partial<typeof forwardRoutes.$inferInsert>
): Promise<void> {
  await tx.update(forwardRoutes).set(change).where(eq(forwardRoutes.id, id));
}

export async function deleteRoute(tx: AuditedTransaction, id: string): Promise<void> {
  await tx.delete(forwardRoutes).where(eq(forwardRoutes.id, id));
}

/** Puts the routes into this order. In two steps: no two may have the same place, not even for a moment. */
export async function orderRoutes(tx: AuditedTransaction, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`update forward_routes set position = -1 - position`);
  await tx.execute(sql`update forward_routes set position = place.at - 1
    from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) with ordinality as place (id, at)
    where forward_routes.id = place.id::uuid`);
}
