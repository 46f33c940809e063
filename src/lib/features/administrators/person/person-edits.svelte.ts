import { inputWords } from '$lib/core/wording/refusals';
import { CAPS, type CapId, type CapSetting } from '$lib/core/quotas/caps';
import { emailProblem } from '$lib/core/administrators/email';
import { tidyText } from '$lib/core/text/names';
import { personNameProblem } from '$lib/core/administrators/person-name';
import type { Refusal } from '$lib/core/access/refusal';
import {
  capProblem,
  type AdministratorField,
  type AdministratorFieldValues
} from '../form/administrator-form.svelte';
import { capEntry, capSetting, emptyCaps, type CapEntry } from '$lib/shared/quotas/cap-entry';
import { FieldEdits } from '$lib/client/forms/field-edits.svelte';
import { Saving } from '$lib/client/forms/saving.svelte';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { DraftForm } from '$lib/client/session/drafts';
import type { EditOutcome } from '$lib/client/outbox/outcomes';
import type { OutboxRecord, Parts, PartValue, Subject } from '$lib/client/outbox/record';
import type { KnownCaps } from '$lib/shared/quotas/people-caps';
import type { PersonFacts } from '$lib/client/api/person-facts';

export type EditedField = 'name' | 'email' | 'roleId' | CapId;

type Options = {
  id: string;
  /** The caps of whoever edits. */
  own: () => KnownCaps;
  /** Reason a cap cannot be set to this, as a sentence; null when it can. */
  whyNotCap: (setting: CapSetting) => string | null;
  outbox: Outbox;
};

const FIELDS: readonly EditedField[] = ['name', 'email', 'roleId', ...CAPS.map(({ id }) => id)];
const CAP_IDS: ReadonlySet<string> = new Set(CAPS.map(({ id }) => id));
const isCap = (field: string): field is CapId => CAP_IDS.has(field);
/** `hourly` → `caps.hourly`, as the server names it. */
const keyOf = (field: EditedField): string => (isCap(field) ? `caps.${field}` : field);

/** Touched fields as they were typed, with the version that was on screen. */
type PersonDraft = readonly { field: EditedField; seen: number; typed: string | CapEntry }[];

/**
 * The edits of one administrator (ADM-12). A field that nobody touched here follows the record, and what is on its
 * way to it; a field that was touched keeps what was typed, and remembers which version its author had on screen.
 * The server judges each field on its own.
 */
export class PersonEdits implements AdministratorFieldValues, DraftForm<PersonDraft> {
  readonly subject: Subject;
  name = $state('');
  email = $state('');
  roleId = $state('');
  caps = $state(emptyCaps());
  readonly #options: Options;
  #base = $state.raw<PersonFacts | null>(null);
  /** Touched fields, with the version that was on screen. */
  #seen = $state.raw<ReadonlyMap<EditedField, number>>(new Map());
  readonly #edits: FieldEdits<EditedField>;
  readonly #saving: Saving;

  constructor(options: Options) {
    this.#options = options;
    this.subject = `person:${options.id}`;
    this.#saving = new Saving(options.outbox);
    this.#edits = new FieldEdits({
      subject: this.subject,
      outbox: options.outbox,
      badInput,
      onreturned: (bad, parts) => this.#return(bad.field, parts),
      onchanged: () => this.#refreshAll()
    });
  }

  /** Fields whose typed value is neither in the record nor on its way there. */
  readonly dirty: readonly EditedField[] = $derived.by(() =>
    FIELDS.filter((field) => this.#seen.has(field) && this.#typed(field) !== this.#known(field))
  );

  /** Fields that are kept or on their way. */
  readonly pending: readonly EditedField[] = $derived.by(() =>
    FIELDS.filter((field) => this.#edits.pending.includes(keyOf(field)))
  );

  /** Refused edits, apart from those explained at their field. */
  get refused(): readonly OutboxRecord[] {
    return this.#edits.refused;
  }

  get saving(): boolean {
    return this.#saving.now;
  }

  /** The record as it is now: fields that were not touched follow it. */
  follow(facts: PersonFacts): void {
    this.#base = facts;
    this.#options.outbox.acknowledge(this.subject, facts.seq);
    this.#refreshAll();
  }

  problem(field: AdministratorField): string | null {
    if (field === 'password' || field === 'confirm') return null;
    const said = this.#edits.words(field);
    if (said !== null) return said;
    if (!this.dirty.includes(field)) return null;
    if (field === 'name') return personNameProblem(this.name);
    if (field === 'email') return emailProblem(this.email);
    if (!isCap(field)) return null;
    const setting = capSetting(this.caps[field]);
    return (
      capProblem(this.#options.own(), field, this.caps) ??
      (setting === null ? null : this.#options.whyNotCap(setting))
    );
  }

  changed(field: AdministratorField): void {
    if (field === 'password' || field === 'confirm' || this.#base === null) return;
    if (!this.#seen.has(field)) this.#seen = new Map(this.#seen).set(field, this.#base.seq);
    // What is typed now is not what was refused.
    this.#edits.forget([field]);
  }

  /** Keeps what differs on the device and sends it; waits a moment for how that ends. */
  async save(): Promise<EditOutcome | 'wrong'> {
    const fields = this.dirty;
    const base = this.#base;
    if (base === null || this.saving || fields.some((field) => this.problem(field) !== null)) return 'wrong';
    const fieldChanges = fields.map((field) => ({
      key: keyOf(field),
      value: this.#typed(field),
      committed: valueIn(base, field),
      seen: this.#seen.get(field) ?? base.seq
    }));
    return this.#saving.while(async () => {
      const saved = this.#options.outbox.save(this.subject, base.name, fieldChanges);
      this.#untouch(fields);
      const outcome = await saved;
      // Nothing was saved: what was typed is in its fields, as before.
      if (outcome === 'given-up')
        fields.forEach((field, at) => {
          if (this.#seen.has(field)) return;
          this.#seen = new Map(this.#seen).set(field, fieldChanges[at]!.seen);
          this.#put(field, fieldChanges[at]!.value);
        });
      return outcome;
    });
  }

  discard(): void {
    this.#untouch(this.dirty);
    this.#refreshAll();
  }

  draft(): PersonDraft | null {
    if (this.dirty.length === 0) return null;
    return this.dirty.map((field) => ({
      field,
      seen: this.#seen.get(field)!,
      typed: isCap(field) ? $state.snapshot(this.caps[field]) : this[field]
    }));
  }

  restore(draft: PersonDraft): void {
    for (const { field, seen, typed } of draft) {
      if (isCap(field)) this.caps[field] = typed as CapEntry;
      else this[field] = typed as string;
      this.#seen = new Map(this.#seen).set(field, seen);
    }
  }

  destroy(): void {
    this.#edits.destroy();
  }

  /** Puts a value that the server refused back into its field, unless something was typed there since. */
  #return(field: EditedField, parts: Parts): void {
    const part = parts[keyOf(field)];
    if (!part || this.#seen.has(field)) return;
    this.#seen = new Map(this.#seen).set(field, part.seen);
    this.#put(field, part.value);
  }

  #refreshAll(): void {
    for (const field of FIELDS) this.#refresh(field);
  }

  #untouch(fields: readonly EditedField[]): void {
    this.#seen = new Map([...this.#seen].filter(([field]) => !fields.includes(field)));
  }

  #refresh(field: EditedField): void {
    if (this.#base === null) return;
    const known = this.#known(field);
    if (!this.#seen.has(field)) this.#put(field, known);
    else if (this.#typed(field) === known) this.#untouch([field]);
  }

  #put(field: EditedField, value: PartValue): void {
    if (isCap(field)) {
      if (capSetting(this.caps[field]) !== value) this.caps[field] = capEntry(value as CapSetting);
    } else if (this[field] !== value) this[field] = String(value ?? '');
  }

  /** Typed value, as it would be saved; null for a cap that cannot be read. */
  #typed(field: EditedField): PartValue {
    if (isCap(field)) return capSetting(this.caps[field]);
    if (field === 'roleId') return this.roleId;
    return field === 'email' ? this.email.trim() : tidyText(this.name);
  }

  /** Value in the record, or the one it will have once pending edits are saved. */
  #known(field: EditedField): PartValue {
    const own = this.#edits.value(keyOf(field));
    if (own !== undefined) return own;
    return this.#base === null ? null : valueIn(this.#base, field);
  }
}

/** Value in the record. Caps that the reader may not see count as not set: their fields are not shown. */
function valueIn(facts: PersonFacts, field: EditedField): PartValue {
  return isCap(field) ? (facts.caps?.[field] ?? 'inherit') : facts[field];
}

/** Refusal of what was typed, as its field and the words for it; null when the reason is another one. */
function badInput(reason: Refusal, parts: Parts): { field: EditedField; words: string } | null {
  const words = inputWords(reason);
  const field = FIELDS.find((each) => keyOf(each) in parts);
  return words !== null && field ? { field, words } : null;
}
