import {
  refusal,
  type AskOptions,
  type Decides,
  type Decision,
  type Resource,
  type Subject
} from '../decision.ts';

/** Client that a middleware asks. */
export type Asked = Decides;

type Maybe<T> = T | null | undefined | Promise<T | null | undefined>;

/** Finds the sender of a request; null: nobody who is signed in. */
export type SubjectOf<Request> = (request: Request) => Maybe<Subject>;

/** Finds the resource that a request is about. */
export type ResourceOf<Request> = (request: Request) => Maybe<Resource>;

/** Asks about whoever sends a request: `request.rolecall`. */
export type Asker = {
  /** Null: nobody that is signed in, who may do nothing. */
  subject: Subject | null;
  decide(permission: string, resource?: Resource, options?: AskOptions): Promise<Decision>;
  /** The same, as a boolean for an `if`. */
  can(permission: string, resource?: Resource, options?: AskOptions): Promise<boolean>;
};

export function askerFor(rolecall: Asked, subject: Subject | null | undefined): Asker {
  const decide: Asker['decide'] = async (...question) =>
    subject
      ? rolecall.decide(subject, ...question)
      : { ...refusal('invalid-question'), reason: 'unknown-subject' };
  return {
    subject: subject ?? null,
    decide,
    can: async (...question) => (await decide(...question)).decision
  };
}

/** Finds out once per request who sends it. */
export function askers<Request extends object>(
  rolecall: Asked,
  subjectOf: SubjectOf<Request>
): (request: Request) => Promise<Asker> {
  const known = new WeakMap<Request, Promise<Asker>>();
  return (request) => {
    const before = known.get(request);
    if (before) return before;
    const asker = (async () => askerFor(rolecall, await subjectOf(request)))();
    known.set(request, asker);
    return asker;
  };
}
