import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { entryBody, type AuditActor, type AuditEvent, type AuditPersonalData } from '../../../core/log/entry';
import { personalDataInput } from '../../../core/log/hash-input';
import { sha256 } from '../../auth/token';
import { appendEntry } from '../../db/log/audit-log';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { RequestFacts } from './caller';

/** Longest User-Agent, a browser's name for itself, that an entry keeps, in characters. */
export const LONGEST_AGENT = 400;

/** Actor, request and operation that an event is attributed to. */
export type RecordedBy = {
  actor: AuditActor;
  request: RequestFacts;
  op?: string | undefined;
  /** The time by the clock of the device where it waited. */
  claimedAt?: string | undefined;
  email?: string | undefined;
};

/** Writes an entry of the log. Whoever has an event to record calls `record` (audit.ts). Returns the entry's id. */
export async function writeEntry(
  tx: AuditedTransaction,
  by: RecordedBy,
  event: AuditEvent,
  affects: readonly string[],
  id = uuidv7()
): Promise<string> {
  const personalData: AuditPersonalData = {
    ip: by.request.ip,
    peer: by.request.peer,
    userAgent: by.request.userAgent?.slice(0, LONGEST_AGENT) ?? null,
    ...(by.email === undefined ? {} : { email: by.email }),
    ...(event.personal === undefined ? {} : { details: event.personal })
  };
  const bytes = new TextEncoder().encode(JSON.stringify(personalData));
  const salt = randomBytes(16);
  const body = entryBody(
    {
      id,
      at: new Date().toISOString().replace('Z', '000Z'),
      actor: by.actor,
      req: by.request.id,
      op: by.op,
      claimedAt: by.claimedAt,
      pii: sha256(personalDataInput(salt, bytes)).toString('hex')
    },
    event
  );
  // The column keeps its first name.
  await appendEntry(tx, { id, body, salt, personalData: bytes, touches: [...affects] });
  return id;
}
