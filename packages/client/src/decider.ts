import type { AskOptions, Decision, Question, Resource, Subject } from './decision.ts';

/** Answers questions, in one of two ways. It never throws: what it can't know is a no. */
export type Decider = {
  /** The decision, at once where it is known: a promise costs more than the decision. */
  decide(question: Question, options: AskOptions): Decision | Promise<Decision>;
  /**
   * True if the answer to what the caller gave is a yes, where that is known at once and without making a decision;
   * undefined: it isn't known so, and `decide` says. Absent: it never is.
   */
  may?(subject: Subject, permission: string, resource?: Resource | null): boolean | undefined;
  close(): void;
};
