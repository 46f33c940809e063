/** Subject of a question: an administrator by id or address, or somebody of another kind; a user by either, too. */
export type Subject = string | { type: 'administrator' | 'user' | 'application'; id: string };

/** Resource that an action is done to. */
export type Resource = {
  /** Anything; roles don't tell records apart. `*`: all records of the type. */
  id?: string;
  /**
   * The id of the user whose record it is; absent: nobody's in particular. Of a user Rolecall says no to records
   * without an owner, but for `id: '*'`, which asks whether it may do this to records of its own.
   */
  owner?: string;
};

/** Reason for Rolecall's yes (`granted`) or no (all others). Codes are stable. */
export type AnsweredReason =
  | 'granted'
  | 'not-granted'
  | 'owner-only'
  | 'scope'
  | 'paused'
  | 'suspended'
  | 'closed'
  | 'expired'
  | 'unknown-subject'
  | 'unknown-action';

/**
 * Reason for a no that the client gives by itself:
 * `unavailable`: Rolecall can't be reached, or doesn't know in time what is in force;
 * `stale`: what this process knows is older than `maxAge`;
 * `key-refused`: the key doesn't work, or its role lacks the permission to ask;
 * `invalid-question`: no subject, or text that isn't well-formed;
 * `shut-down`: after `close()`.
 */
export type OwnReason = 'unavailable' | 'stale' | 'key-refused' | 'invalid-question' | 'shut-down';

/** An answer. It is an object, which is always truthy: in an `if`, ask `can`, or look at `decision`. */
export type Decision = {
  decision: boolean;
  /** A code that a later Rolecall adds can be another text. */
  reason: AnsweredReason | OwnReason | (string & {});
  /** The log number that the answer stands for; null: it stands for none. */
  revision: number | null;
  /** Id of a remote answer; null in process, and of the client's own noes. */
  decisionId: string | null;
  /** The reason in words that name people and roles, for administrators; null as above. */
  reasonAdmin: string | null;
  /** The reason in words that name nobody; null as above. */
  reasonUser: string | null;
};

export type AskOptions = {
  /** A log number: an answer that doesn't stand for it yet is a no. */
  atLeast?: number;
};

/** Source of decisions. */
export type Decides = {
  /** Decides whether somebody may do something, and why. Never rejects: what can't be known is a no. */
  decide(subject: Subject, permission: string, resource?: Resource, options?: AskOptions): Promise<Decision>;
};

/** A question as it is sent and decided. */
export type Question = {
  subject: { type: string; id: string };
  /** The id of a permission. */
  permission: string;
  /** Record that it is about; an empty id: none in particular. */
  resource: { id: string; owner?: string | undefined };
};

/**
 * Makes a question of what the caller gave.
 * @param permission an id of the catalogue: `audience.contact_lists.merge`
 * @returns null for what can't be asked: other callers' questions of the same call would fail with it
 */
export function questionOf(
  subject: Subject,
  permission: string,
  resource?: Resource | null
): Question | null {
  const about = resourceOf(resource);
  const { type, id: who } =
    typeof subject === 'string' ? { type: 'administrator', id: subject } : (subject ?? {});
  if (!isText(type) || !isText(who) || !isText(permission) || !about) return null;
  return { subject: { type, id: who }, permission, resource: about };
}

const NONE: Question['resource'] = Object.freeze({ id: '', owner: undefined });

/** The record a question is about, of what the caller gave; null for what can't be asked. */
export function resourceOf(resource?: Resource | null): Question['resource'] | null {
  if (resource === undefined || resource === null) return NONE;
  const { id = '', owner } = resource;
  return isText(id) && (owner === undefined || isText(owner)) ? { id, owner } : null;
}

/** The client's own no. */
export function refusal(reason: OwnReason): Decision {
  return {
    decision: false,
    reason,
    revision: null,
    decisionId: null,
    reasonAdmin: null,
    reasonUser: null
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed();
}
