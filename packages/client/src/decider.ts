import type { AskOptions, Decision, Question } from './decision.ts';

/** Answers questions, in one of two ways. It never throws: what it can't know is a no. */
export type Decider = {
  decide(question: Question, options: AskOptions): Promise<Decision>;
  close(): void;
};
