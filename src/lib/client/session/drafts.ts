/** Form whose input outlives the end of a session. */
export type DraftForm<D> = {
  /** Input that would be lost, without secrets, as plain data; null: none. */
  draft(): D | null;
  /** Puts it back into the form, which nobody touched yet. */
  restore(draft: D): void;
};

/**
 * Input of one person's forms when a session of theirs ended, until they sign in again in this page. In memory alone:
 * nothing of it is on the device, and a reload forgets it.
 */
export class Drafts {
  readonly #forms = new Map<string, DraftForm<unknown>>();
  readonly #kept = new Map<string, unknown>();

  /** Puts back what was kept of a form, and keeps it from now on. Call the result when the form is left. */
  follow<D>(key: string, form: DraftForm<D>): () => void {
    if (this.#kept.has(key)) form.restore(this.#kept.get(key) as D);
    this.#kept.delete(key);
    this.#forms.set(key, form as DraftForm<unknown>);
    return () => {
      if (this.#forms.get(key) === form) this.#forms.delete(key);
    };
  }

  /** The session is over: what is in the forms now is kept. */
  keep(): void {
    for (const [key, form] of this.#forms) {
      const draft = form.draft();
      if (draft !== null) this.#kept.set(key, draft);
    }
    this.#forms.clear();
  }

  /** True while something is kept for whoever signs in again. */
  get holds(): boolean {
    return this.#kept.size > 0;
  }

  /** Whoever typed it signs out. */
  forget(): void {
    this.#forms.clear();
    this.#kept.clear();
  }
}

let last: { personId: string; drafts: Drafts } | null = null;

/** Drafts of whoever is here now; those of anybody who was here before are gone. */
export function draftsOf(personId: string): Drafts {
  if (last?.personId !== personId) last = { personId, drafts: new Drafts() };
  return last.drafts;
}

/** True if this page keeps what was typed, until whoever typed it signs in again: a reload forgets it. */
export const holdsDrafts = (): boolean => last?.drafts.holds ?? false;
