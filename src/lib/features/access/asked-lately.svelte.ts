import { perSession } from '$lib/client/session/per-session';
import { accessHref, type AccessQuery } from '$lib/shared/access/access-query';

/** A question that was answered, as the list of them shows it. */
export type AskedQuestion = {
  href: string;
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

  get items(): readonly AskedQuestion[] {
    return this.#items;
  }

  /** @param query as it was asked; asked again, it moves to the top with its new answer */
  note(query: AccessQuery, said: Omit<AskedQuestion, 'href'>): void {
    const href = accessHref(query);
    this.#items = [{ href, ...said }, ...this.#items.filter((each) => each.href !== href)].slice(0, MOST);
  }
}

export const askedLatelyOf = perSession(() => new AskedLately());
