import { v4 as uuid } from 'uuid';
import { emailProblem } from '$lib/core/email';
import { tidyText } from '$lib/core/names';
import { personNameProblem } from '$lib/core/person-name';
import type { RefusalOf } from '$lib/core/refusal';
import { api } from './api';
import { FormAttempt } from './form-attempt.svelte';
import type { Session } from './session.svelte';

export type ProfileField = 'name' | 'email';
export const PROFILE_FIELDS: readonly ProfileField[] = ['name', 'email'];

type Conflict = RefusalOf<'conflict/changed-since'>;

/** One's own name and address (AUT-3). What somebody else changed meanwhile shows both values (LIV-7). */
export class AccountProfile {
  readonly attempt = new FormAttempt<ProfileField>({ fields: PROFILE_FIELDS });
  #drafts = $state.raw<Partial<Record<ProfileField, string>>>({});
  #conflicts = $state.raw<Partial<Record<ProfileField, Conflict>>>({});
  // The version on screen when the first of the drafts was begun.
  #seen = 0;
  readonly #session: Pick<Session, 'me' | 'refresh'>;

  constructor(session: Pick<Session, 'me' | 'refresh'>) {
    this.#session = session;
  }

  /** What the field shows: what was typed, or what is in force. */
  value(field: ProfileField): string {
    return this.#drafts[field] ?? this.#session.me[field];
  }

  type(field: ProfileField, text: string): void {
    if (Object.keys(this.#drafts).length === 0) this.#seen = this.#session.me.seq;
    this.#drafts = { ...this.#drafts, [field]: text };
    this.attempt.changed(field);
  }

  get changed(): boolean {
    return PROFILE_FIELDS.some((field) => this.value(field) !== this.#session.me[field]);
  }

  conflict(field: ProfileField): Conflict | null {
    return this.#conflicts[field] ?? null;
  }

  /** True when everything is in force now. */
  async save(): Promise<boolean> {
    const { me } = this.#session;
    const problems = {
      name: personNameProblem(this.value('name')),
      email: emailProblem(this.value('email'))
    };
    if (this.attempt.refuse(problems)) return false;
    const tidy = { name: tidyText(this.value('name')), email: this.value('email').trim() };
    const sent = PROFILE_FIELDS.filter((field) => tidy[field] !== me[field]);
    const edit = Object.fromEntries(sent.map((field) => [field, tidy[field]]));
    const answer = await this.attempt.run(() =>
      api.me.update.mutate({ op: uuid(), seen: this.#seen, ...edit })
    );
    if (!answer) return false;
    await this.#session.refresh();
    this.#settle(answer.refused as readonly ({ field: string } & (Conflict | RefusalOf<'input/taken'>))[]);
    this.#seen = answer.seq;
    return answer.refused.length === 0;
  }

  /** Decides a conflict: one's own value is sent again, knowingly. */
  async choose(field: ProfileField, whose: 'yours' | 'theirs'): Promise<boolean> {
    this.#drop(field, whose === 'theirs');
    return whose === 'theirs' ? true : this.save();
  }

  discard(): void {
    this.#drafts = this.#conflicts = {};
    this.attempt.refuse({});
  }

  #settle(refused: readonly ({ field: string } & (Conflict | RefusalOf<'input/taken'>))[]): void {
    const conflicts: Partial<Record<ProfileField, Conflict>> = {};
    const problems: Partial<Record<ProfileField, string>> = {};
    for (const field of PROFILE_FIELDS) {
      const part = refused.find((each) => each.field === field);
      if (!part) this.#drop(field, true);
      else if (part.code === 'conflict/changed-since') conflicts[field] = part;
      else problems[field] = 'Another administrator signs in with this address.';
    }
    this.#conflicts = conflicts;
    this.attempt.refuse(problems);
  }

  #drop(field: ProfileField, draftToo: boolean): void {
    const without = <T>({ [field]: _gone, ...rest }: Partial<Record<ProfileField, T>>) =>
      rest as Partial<Record<ProfileField, T>>;
    this.#conflicts = without(this.#conflicts);
    if (draftToo) this.#drafts = without(this.#drafts);
  }
}
