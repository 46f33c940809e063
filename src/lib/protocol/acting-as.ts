/** The session in which something is done: a person and the public half of a session's token. */
export type ActingAs = { personId: string; sid: string };

/**
 * Header of a request: whose it is. Of an answer: in whose session it was given, the one that its cookie begins
 * included. A browser has one cookie for all its pages: without this, what one person's page sends is done by whoever
 * signed in last.
 */
export const ACTING_AS = 'rolecall-as';

/** Parameter of a socket's address: the id of the person whose copy it feeds. */
export const FED_PERSON = 'as';

const WRITTEN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([a-z0-9-]{1,64})$/;

export function writeActingAs({ personId, sid }: ActingAs): string {
  return `${personId}.${sid}`;
}

/** Null for what is none. */
export function readActingAs(text: string): ActingAs | null {
  const [, personId, sid] = WRITTEN.exec(text) ?? [];
  return personId !== undefined && sid !== undefined ? { personId, sid } : null;
}

/** True when a request is of another session than the one whose cookie came with it. */
export function isOfAnother(claimed: ActingAs, session: ActingAs): boolean {
  return claimed.personId !== session.personId || claimed.sid !== session.sid;
}

/** Parameter of a socket's address: the visit that it is of; without it the session of the other cookie is meant. */
export const OF_VISIT = 'visit';
