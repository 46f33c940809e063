import { eq, or } from 'drizzle-orm';
import type { Queryable } from '../driver/client';
import { ownershipOffer } from '../schema/administrators';
import type { AuditedTransaction } from '../driver/transaction';

export type OfferRow = Omit<typeof ownershipOffer.$inferSelect, 'id'>;

/** The open offer of the ownership, over or not; null when there is none. */
export async function readOffer(tx: Queryable): Promise<OfferRow | null> {
  const [row] = await tx.select().from(ownershipOffer);
  return row ?? null;
}

/** The same, held until the transaction ends. */
export async function lockOffer(tx: AuditedTransaction): Promise<OfferRow | null> {
  const [row] = await tx.select().from(ownershipOffer).for('update');
  return row ?? null;
}

/** Makes an offer, in place of an earlier one. */
export async function writeOffer(tx: AuditedTransaction, offer: OfferRow): Promise<void> {
  await tx.insert(ownershipOffer).values(offer).onConflictDoUpdate({ target: ownershipOffer.id, set: offer });
}

export async function deleteOffer(tx: AuditedTransaction): Promise<void> {
  await tx.delete(ownershipOffer);
}

/** Takes an offer back that names somebody who goes. */
export async function deleteOfferTo(tx: AuditedTransaction, id: string): Promise<void> {
  await tx.delete(ownershipOffer).where(or(eq(ownershipOffer.toId, id), eq(ownershipOffer.fromId, id)));
}
