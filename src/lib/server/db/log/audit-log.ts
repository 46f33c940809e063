import { sql } from 'drizzle-orm';
import { writtenOnce } from '../driver/built-once';
import type { AuditedTransaction } from '../driver/transaction';

export type EntryRow = {
  id: string;
  body: Uint8Array;
  salt: Uint8Array;
  personalData: Uint8Array;
  /** Topics that the documents must be told of. */
  touches: string[];
};

/** Appends an entry to the log, in the transaction of the change it records. */
export async function appendEntry(tx: AuditedTransaction, row: EntryRow): Promise<void> {
  const { id, touches } = row;
  const [body, salt, personalData] = [hex(row.body), hex(row.salt), hex(row.personalData)];
  await appended(tx, { id, body, salt, personalData, touches: JSON.stringify(touches) });
}

// Hex text instead of bytea parameters, and JSON instead of text[]: both survive every driver's idea of arrays.
const appended = writtenOnce(
  (slot) => sql`select audit.append(
    ${slot('id')}::uuid, decode(${slot('body')}, 'hex'), decode(${slot('salt')}, 'hex'), decode(${slot('personalData')}, 'hex'),
    array(select jsonb_array_elements_text(${slot('touches')}::jsonb)))`
);

function hex(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
}
