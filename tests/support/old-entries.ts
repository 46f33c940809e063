import { createHash, randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { canonicalJson } from '../../src/lib/core/log/canonical-json';
import { personalDataInput } from '../../src/lib/core/log/hash-input';

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
const DAY_MS = 86_400_000;

export type OldEntry = { id: string; body: string; salt: Buffer; pii: Buffer };

/** A body and its personal data as the program makes them, of any day. */
export function oldEntry(daysAgo: number, action = 'auth.sign_in'): OldEntry {
  const id = randomUUID();
  const salt = sha256(Buffer.from(id)).subarray(0, 16);
  const pii = Buffer.from(`{"ip":"192.0.2.${daysAgo % 200}"}`);
  const at = new Date(Date.now() - daysAgo * DAY_MS).toISOString().replace('Z', '000Z');
  const body = canonicalJson({
    v: 1,
    id,
    at,
    actor: { type: 'system', id: null, name: 'Long ago', sid: null, aal: 0, via: 'system' },
    action,
    target: { type: 'test', id: 'old', name: null },
    outcome: 'success',
    change: [],
    req: 'old',
    pii: sha256(personalDataInput(salt, pii)).toString('hex')
  });
  return { id, body, salt, pii };
}

/** Appends it, in a transaction that is marked as audited. */
export async function appendOld(
  tx: postgres.TransactionSql,
  { id, body, salt, pii }: OldEntry
): Promise<void> {
  await tx`select audit.append(${id}, convert_to(${body}, 'UTF8'), ${salt}, ${pii}, '{}')`;
}
