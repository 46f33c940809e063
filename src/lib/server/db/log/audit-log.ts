import { sql } from 'drizzle-orm';
import type { AuditedTransaction } from '../driver/transaction';

export type EntryRow = {
  id: string;
  body: Uint8Array;
  salt: Uint8Array;
  personalData: Uint8Array;
  /** What the documents must be told. */
  touches: string[];
};

/** Appends an entry to the log, in the transaction of the change it records. */
export async function appendEntry(tx: AuditedTransaction, row: EntryRow): Promise<void> {
  // Hex text instead of bytea parameters, and JSON instead of text[]: both survive every driver's idea of arrays.
  await tx.execute(sql`select audit.append(
    ${row.id}::uuid, decode(${hex(row.body)}, 'hex'), decode(${hex(row.salt)}, 'hex'), decode(${hex(row.personalData)}, 'hex'),
    array(select jsonb_array_elements_text(${JSON.stringify(row.touches)}::jsonb)))`);
}

function hex(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
}
