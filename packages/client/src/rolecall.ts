import type { Connection } from './connection.ts';
import type { Decider } from './decider.ts';
import {
  questionOf,
  refusal,
  type AskOptions,
  type Decides,
  type Decision,
  type Resource,
  type Subject
} from './decision.ts';
import { localDecider } from './local/local-decider.ts';
import { fetchGuard, type FetchGuard, type GuardOptions } from './middleware/fetch-guard.ts';
import { remoteDecider } from './remote/remote-decider.ts';

export type RolecallOptions = {
  /** Address of Rolecall: `https://rolecall.example.com`. */
  url: string;
  /** An application's key: `rck_live_…`. */
  key: string;
  /** `remote`: each turn of the event loop asks in one call; `local`: decided in this process, by a live copy. */
  mode?: 'remote' | 'local';
  /**
   * Locally: milliseconds since the copy was last known to be in force, beyond which everything is a no. From 3,000
   * on.
   */
  maxAge?: number;
  /** Milliseconds that an answer may take; then it is a no. */
  timeout?: number;
};

export type Rolecall = Decides & {
  /** The same, as a boolean for an `if`. */
  can(subject: Subject, permission: string, resource?: Resource, options?: AskOptions): Promise<boolean>;
  /** Guard of programs that take a `Request` and give a `Response`: null lets it through. */
  guard(permission: string, options: GuardOptions): FetchGuard;
  /** Ends calls and the stream. From then on everything is a no. */
  close(): void;
};

/** Answers that are known at once: a promise that is there already costs nothing. */
const YES = Promise.resolve(true);
const NO = Promise.resolve(false);

const MAX_AGE_MS = 10_000;
const TIMEOUT_MS = 2000;
/** Rolecall says every 2 s that a copy still stands. */
const LEAST_MAX_AGE_MS = 3000;

/** @throws TypeError that names the option which can't be used */
export function createRolecall(options: RolecallOptions): Rolecall {
  const { mode = 'remote', maxAge = MAX_AGE_MS } = options;
  const connection = readConnection(options);
  if (!(Number.isFinite(maxAge) && maxAge >= LEAST_MAX_AGE_MS))
    throw new TypeError(`maxAge must be a number of milliseconds from ${LEAST_MAX_AGE_MS} on`);
  const decider = deciderOf(mode, connection, maxAge);
  let isShutDown = false;

  function answer(
    subject: Subject,
    permission: string,
    resource?: Resource,
    asked?: AskOptions | null
  ): Decision | Promise<Decision> {
    if (isShutDown) return refusal('shut-down');
    const question = questionOf(subject, permission, resource);
    const atLeast = asked?.atLeast;
    const isRevision = atLeast === undefined || (Number.isSafeInteger(atLeast) && atLeast >= 0);
    return question && isRevision ? decider.decide(question, { atLeast }) : refusal('invalid-question');
  }

  const rolecall: Rolecall = {
    decide: async (subject, permission, resource, asked) => answer(subject, permission, resource, asked),
    can(subject, permission, resource, asked) {
      const known = asked?.atLeast === undefined ? decider.may?.(subject, permission, resource) : undefined;
      if (known !== undefined) return known ? YES : NO;
      const told = answer(subject, permission, resource, asked);
      if (told instanceof Promise) return told.then(({ decision }) => decision);
      return told.decision ? YES : NO;
    },
    guard: (permission, guardOptions) => fetchGuard(rolecall, permission, guardOptions),
    close() {
      isShutDown = true;
      decider.close();
    }
  };
  return rolecall;
}

function deciderOf(mode: string, connection: Connection, maxAge: number): Decider {
  if (mode === 'remote') return remoteDecider(connection);
  if (mode === 'local') return localDecider(connection, maxAge);
  throw new TypeError("mode must be 'remote' or 'local'");
}

function readConnection({ url, key, timeout = TIMEOUT_MS }: RolecallOptions): Connection {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '')
    throw new TypeError('url must be the address of Rolecall: https://rolecall.example.com');
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key))
    throw new TypeError('key must be a key of an application: rck_live_…');
  if (!(Number.isFinite(timeout) && timeout > 0))
    throw new TypeError('timeout must be a number of milliseconds');
  return { origin: `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`, key, timeout };
}
