import type { AskOptions, Decision, Question, Resource, Subject } from './decision.ts';

/** Answers questions, in one of two ways. It never throws: what it can't know is a no. */
export type Decider = {
  /** The decision, at once where it is known: a promise costs more than the decision. */
  decide(question: Question, options: AskOptions): Decision | Promise<Decision>;
  /**
   * Whether the decision is a yes, of what the caller gave, where that is known at once without making a decision;
   * undefined: it isn't, and `decide` says. Absent: it never is.
   */
  may?(subject: Subject, permission: string, resource?: Resource | null): boolean | undefined;
  close(): void;
};
