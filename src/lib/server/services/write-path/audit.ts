import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { entryBody, type AuditActor, type AuditEvent, type AuditPersonalData } from '../../../core/log/entry';
import { personalDataInput } from '../../../core/log/hash-input';
import type { RecordRef } from '../../../core/records';
import { sha256 } from '../../auth/token';
import { appendEntry } from '../../db/log/audit-log';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { RequestFacts } from './caller';

/** What a document must be told after a change; the sequencer acts on it. */
export type Touch =
  | RecordRef<'role' | 'members' | 'holders' | 'person' | 'settings'>
  /** All of it, anew. */
  | 'feed:all';

export const SYSTEM: AuditActor = {
  type: 'system',
  id: null,
  name: 'Rolecall',
  sid: null,
  aal: 0,
  via: 'system'
};

export const ANONYMOUS: AuditActor = {
  type: 'anonymous',
  id: null,
  name: null,
  sid: null,
  aal: 0,
  via: 'web'
};

/** A request that nobody made: the program's own doing. */
export function systemRequest(id: string): RequestFacts {
  return { id, ip: null, peer: null, userAgent: null };
}

/** Writes an event into the log, in the transaction of what it records. Returns the entry's id. */
export async function record(
  tx: AuditedTransaction,
  by: {
    actor: AuditActor;
    request: RequestFacts;
    op?: string | undefined;
    /** By the clock of the device where it waited. */
    claimedAt?: string | undefined;
    email?: string | undefined;
  },
  event: AuditEvent,
  touches: readonly Touch[]
): Promise<string> {
  const id = uuidv7();
  const personalData: AuditPersonalData = {
    ip: by.request.ip,
    peer: by.request.peer,
    userAgent: by.request.userAgent?.slice(0, 400) ?? null,
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
  await appendEntry(tx, { id, body, salt, personalData: bytes, touches: [...touches] });
  return id;
}
