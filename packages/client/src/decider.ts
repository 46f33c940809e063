import type { AskOptions, Decision, Question } from './decision.ts';

/** Answers questions, in one of two ways. It never throws: what it can't know is a no. */
export type Decider = {
  /** The decision, at once where it is known: a promise costs more than the decision. */
  decide(question: Question, options: AskOptions): Decision | Promise<Decision>;
  close(): void;
};
