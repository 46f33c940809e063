import { perSession } from '$lib/client/session/per-session';
import { accessHref, type AccessQuery, type AccessQuestion } from '$lib/shared/access/access-query';

/** A question that was answered, as the list of them shows it. */
export type AskedQuestion = AskedAnswer & { href: string; question: AccessQuestion };

export type AskedAnswer = {
  /** "Can Ann Archer do Contacts › Export?" */
  words: string;
  /** `Yes`, `No` or a number. */
  answer: string;
  /** Look of the answer; neither for a number. */
  decision: boolean | null;
};

const MOST = 6;

/**
 * Questions of this session, the latest first. They stay in memory: questions about people are nothing to leave on a
 * device.
 */
export class AskedLately {
  #items = $state.raw<readonly AskedQuestion[]>([]);

  /** @param query as it was asked; asked again, it moves to the top with its new answer */
  note(query: AccessQuery, said: AskedAnswer): void {
    const href = accessHref(query);
    const item = { href, question: query.question, ...said };
    this.#items = [item, ...this.#items.filter((each) => each.href !== href)].slice(0, MOST);
  }

  /** The questions that may still be asked: an answer goes with the right to it (LIV-9). */
  shown(mayAsk: (question: AccessQuestion) => boolean): readonly AskedQuestion[] {
    return this.#items.filter(({ question }) => mayAsk(question));
  }
}

export const askedLatelyOf = perSession(() => new AskedLately());
