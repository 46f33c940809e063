import { sql } from 'drizzle-orm';
import type { CountedCapId } from '../../../core/quotas/layers';
import type { AuditedTransaction } from '../driver/transaction';
import type { Queryable } from '../driver/client';

/** A cap of which so much was used. */
export type CapAlert = {
  id: string;
  account: string;
  cap: CountedCapId;
  /** Threshold in percent. */
  threshold: number;
  /** Used and held. */
  used: number;
  limit: number;
  /** The cap is watched alone: nothing is refused beyond it. */
  watched: boolean;
  at: string;
};

/** Takes alerts that nobody was told of yet: whoever takes them tells of them in the same transaction. */
export async function takeAlerts(tx: AuditedTransaction, most: number): Promise<CapAlert[]> {
  const [row] = await tx.execute<{ alerts: CapAlert[] }>(sql`select ledger_take_alerts(${most}) as alerts`);
  return row!.alerts;
}

export async function forgetAlerts(tx: Queryable): Promise<void> {
  await tx.execute(sql`select ledger_forget_alerts()`);
}
