import { takenAddressText } from '$lib/core/wording/refusals';
import { emailProblem } from '$lib/core/administrators/email';
import { tidyText } from '$lib/core/text/names';
import { personNameProblem } from '$lib/core/administrators/person-name';
import type { Refusal } from '$lib/core/access/refusal';
import { FieldEdits, oldestSeen, type BadInput } from '$lib/client/forms/field-edits.svelte';
import { Saving } from '$lib/client/forms/saving.svelte';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { EditOutcome } from '$lib/client/outbox/outcomes';
import { partNamed, type OutboxRecord, type Parts } from '$lib/client/outbox/record';
import type { DraftForm } from '$lib/client/session/drafts';
import type { Session } from '$lib/client/session/session.svelte';

export type ProfileField = 'name' | 'email';
export const PROFILE_FIELDS: readonly ProfileField[] = ['name', 'email'];

const SUBJECT = 'profile';
const LABEL = 'Your profile';

const TIDY: Record<ProfileField, (text: string) => string> = { name: tidyText, email: (text) => text.trim() };
const PROBLEM: Record<ProfileField, (text: string) => string | null> = {
  name: personNameProblem,
  email: emailProblem
};

type Ports = {
  session: Pick<Session, 'me' | 'refresh'>;
  outbox: Pick<Outbox, 'records' | 'refused' | 'watch' | 'acknowledge' | 'save' | 'discard' | 'waiting'>;
};

/** Typed texts, and the version on screen when the first was begun. */
type ProfileDraft = { drafts: Partial<Record<ProfileField, string>>; seen: number };

/**
 * One's own name and address (AUT-3). What is saved waits on the device when it must (LIV-4); what somebody else
 * changed meanwhile shows both values (LIV-7).
 */
export class AccountProfile implements DraftForm<ProfileDraft> {
  #drafts = $state.raw<Partial<Record<ProfileField, string>>>({});
  /** True once somebody asked to save what cannot be saved. */
  #tried = $state(false);
  /** The version on screen when the first of the drafts was begun. */
  #seen = 0;
  readonly #ports: Ports;
  readonly #edits: FieldEdits<ProfileField>;
  readonly #saving: Saving;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#saving = new Saving(ports.outbox);
    const onreturned = (_: BadInput<ProfileField>, parts: Parts) => this.#return(parts);
    this.#edits = new FieldEdits({ subject: SUBJECT, outbox: ports.outbox, badInput, onreturned });
    this.#edits.takeUp();
  }

  get saving(): boolean {
    return this.#saving.now;
  }

  /** Number of changes that are kept or on their way. */
  get pending(): number {
    return this.#edits.pending.length;
  }

  /** Changes that did not land, except those that are told at their field. */
  get refused(): readonly OutboxRecord[] {
    return this.#edits.refused;
  }

  get changed(): boolean {
    return PROFILE_FIELDS.some((field) => this.#isDirty(field));
  }

  /** Value that the field shows: what was typed, or what is in force or on its way there. */
  value(field: ProfileField): string {
    return this.#drafts[field] ?? this.#known(field);
  }

  /** The sentence under a field; null while there is nothing to say. */
  problem(field: ProfileField): string | null {
    const said = this.#edits.words(field);
    if (said !== null) return said;
    return this.#tried && this.#isDirty(field) ? PROBLEM[field](this.value(field)) : null;
  }

  type(field: ProfileField, text: string): void {
    if (!this.changed) this.#seen = this.#ports.session.me.seq;
    this.#drafts = { ...this.#drafts, [field]: text };
    this.#tried = false;
    this.#edits.forget([field]);
  }

  /** Settles what the server says is in force: what landed by then shows by itself. */
  follow(): void {
    this.#ports.outbox.acknowledge(SUBJECT, this.#ports.session.me.seq);
  }

  /** Keeps what differs on the device and sends it; waits a moment for how that ends. */
  async save(): Promise<EditOutcome | 'wrong'> {
    this.#tried = true;
    const { session, outbox } = this.#ports;
    const fields = PROFILE_FIELDS.filter((field) => this.#isDirty(field));
    if (fields.length === 0 || fields.some((field) => PROBLEM[field](this.value(field)) !== null))
      return 'wrong';
    this.#edits.forget(fields);
    const fieldChanges = fields.map((field) => {
      const value = TIDY[field](this.value(field));
      return { key: field, value, committed: session.me[field], seen: this.#seen };
    });
    return this.#saving.while(async () => {
      const saved = outbox.save(SUBJECT, LABEL, fieldChanges);
      const typed = this.#drafts;
      this.#drafts = {};
      const outcome = await saved;
      if (outcome === 'given-up') {
        this.#drafts = { ...typed, ...this.#drafts };
        return outcome;
      }
      if (outcome !== 'kept') await session.refresh();
      return PROFILE_FIELDS.some((field) => this.problem(field) !== null) ? 'wrong' : outcome;
    });
  }

  discard(): void {
    this.#edits.forget(PROFILE_FIELDS);
    this.#drafts = {};
    this.#tried = false;
  }

  draft(): ProfileDraft | null {
    return this.changed ? { drafts: this.#drafts, seen: this.#seen } : null;
  }

  restore({ drafts, seen }: ProfileDraft): void {
    this.#drafts = { ...drafts };
    this.#seen = seen;
  }

  destroy(): void {
    this.#edits.destroy();
  }

  #isDirty(field: ProfileField): boolean {
    const typed = this.#drafts[field];
    return typed !== undefined && TIDY[field](typed) !== this.#known(field);
  }

  #known(field: ProfileField): string {
    return String(this.#edits.value(field) ?? this.#ports.session.me[field]);
  }

  /** Puts what the server could not take back into its field, to be mended (UX-4). */
  #return(parts: Parts): void {
    const seen = oldestSeen(parts);
    this.#seen = this.changed ? Math.min(this.#seen, seen) : seen;
    const typed = Object.entries(parts).map(([field, { value }]) => [field, String(value)]);
    // What was typed since is newer.
    this.#drafts = { ...Object.fromEntries(typed), ...this.#drafts };
  }
}

/** Refusal caused by what was typed, with the words for its field; null: another one. */
function badInput(reason: Refusal, parts: Parts): BadInput<ProfileField> | null {
  if (reason.code !== 'input/taken' && reason.code !== 'input/invalid') return null;
  const named = partNamed(reason, parts);
  const field = PROFILE_FIELDS.find((each) => each === named);
  if (!field) return null;
  return { field, words: reason.code === 'input/taken' ? takenAddressText(reason) : reason.message };
}
