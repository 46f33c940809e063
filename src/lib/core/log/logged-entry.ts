import type { AuditActor, AuditChange, AuditTarget, OnBehalfOf } from './entry';

/** Body of an entry, read again. */
export type LoggedBody = {
  id: string;
  at: string;
  action: string;
  outcome: 'success' | 'denied' | 'error';
  reason?: string;
  actor: Pick<AuditActor, 'type' | 'id' | 'name'> & Partial<AuditActor>;
  /** User in whose place it was done. */
  on_behalf_of?: OnBehalfOf;
  target: AuditTarget;
  change: readonly AuditChange[];
  req?: string;
  op?: string;
  claimed_at?: string;
};

/** Personal data of a request, kept beside the entry; nothing is left of it once it was erased. */
export type LoggedFacts = {
  ip: string | null;
  peer: string | null;
  userAgent: string | null;
  email: string | null;
};

/** A numbered entry as those who tell it elsewhere need it: exports, and the stream to a collector. */
export type LoggedEntry = {
  seq: number;
  body: LoggedBody;
  facts: LoggedFacts;
  /** Text as people read it: "Signed in", "Password and code · Firefox on Linux". */
  summary: string;
  detail: string;
};

/** Name of whoever did it, as people read it. */
export function actorName({ body, facts }: LoggedEntry): string {
  return body.actor.name ?? facts.email ?? 'Someone';
}
