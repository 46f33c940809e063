import { v4 as uuid } from 'uuid';
import { CAPS, type CapId, type CapSetting, type CapSettings } from '$lib/core/caps';
import { emailProblem } from '$lib/core/email';
import { tidyText } from '$lib/core/names';
import { personNameProblem } from '$lib/core/person-name';
import type { Refusal, RefusalOf } from '$lib/core/refusal';
import {
  capProblem,
  type AdministratorField,
  type AdministratorFieldValues
} from './administrator-form.svelte';
import { isConnectionFault, refusalOf, type api } from './api';
import { capEntries, capSetting, emptyCaps } from './cap-entry';
import type { KnownCaps } from './people-caps';
import type { PersonFacts } from './person.svelte';

export type EditedField = 'name' | 'email' | 'roleId' | CapId;
export type EditConflict = RefusalOf<'conflict/changed-since'>;

type Update = Parameters<typeof api.administrators.update.mutate>[0];
type Answer = Awaited<ReturnType<typeof api.administrators.update.mutate>>;

type Options = {
  id: string;
  /** The caps of whoever edits. */
  own: () => KnownCaps;
  send: (input: Update) => Promise<Answer>;
};

const FIELDS: readonly EditedField[] = ['name', 'email', 'roleId', ...CAPS.map(({ id }) => id)];
const CAP_IDS: ReadonlySet<string> = new Set(CAPS.map(({ id }) => id));
const isCap = (field: string): field is CapId => CAP_IDS.has(field);

/**
 * The edits of one administrator (ADM-12). A field that nobody touched here follows the record; a field that was touched keeps
 * what was typed, and remembers which version its author had on screen. The server judges each field on its own.
 */
export class PersonEdits implements AdministratorFieldValues {
  name = $state('');
  email = $state('');
  roleId = $state('');
  caps = $state(emptyCaps());
  saving = $state(false);
  /** The server's word on the last try; null when nothing stands in the way. */
  unknown = $state(false);
  readonly #options: Options;
  #base = $state.raw<PersonFacts | null>(null);
  /** Touched fields, with the version that was on screen. */
  #seen = $state.raw<ReadonlyMap<EditedField, number>>(new Map());
  #refused = $state.raw<ReadonlyMap<EditedField, Refusal>>(new Map());
  #sent: { op: string; content: string } | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Fields that differ from the record. */
  readonly dirty: readonly EditedField[] = $derived.by(() =>
    this.#base === null ? [] : FIELDS.filter((field) => this.#differs(field, this.#base!))
  );

  /** What both sides changed, to choose from. */
  readonly conflicts: readonly { field: EditedField; conflict: EditConflict }[] = $derived.by(() =>
    [...this.#refused].flatMap(([field, refusal]) =>
      refusal.code === 'conflict/changed-since' ? [{ field, conflict: refusal }] : []
    )
  );

  /** What the server did not let pass for another reason. */
  readonly refusals: readonly { field: EditedField; refusal: Refusal }[] = $derived.by(() =>
    [...this.#refused].flatMap(([field, refusal]) =>
      refusal.code === 'conflict/changed-since' || taken(refusal) !== null ? [] : [{ field, refusal }]
    )
  );

  /** The record as it is now: fields that were not touched follow it. */
  follow(facts: PersonFacts): void {
    const before = this.#base;
    this.#base = facts;
    for (const field of FIELDS)
      if (before === null || !this.#seen.has(field)) this.#show(field, facts);
      else if (!this.#differs(field, facts)) this.#forget(field);
  }

  problem(field: AdministratorField): string | null {
    if (field === 'password' || field === 'confirm') return null;
    const refusal = this.#refused.get(field);
    const words = refusal && taken(refusal);
    if (words) return words;
    if (!this.dirty.includes(field)) return null;
    if (field === 'name') return personNameProblem(this.name);
    if (field === 'email') return emailProblem(this.email);
    return isCap(field) ? capProblem(this.#options.own(), field, this.caps) : null;
  }

  changed(field: AdministratorField): void {
    if (field === 'password' || field === 'confirm' || this.#base === null) return;
    if (!this.#seen.has(field)) this.#seen = new Map(this.#seen).set(field, this.#base.seq);
    const refusal = this.#refused.get(field);
    if (refusal && refusal.code !== 'conflict/changed-since') this.#allow(field);
  }

  /** Sends what differs. Conflicts wait for their choice. */
  async save(): Promise<'saved' | 'wrong' | 'partly' | 'unknown'> {
    const open = new Set(this.conflicts.map(({ field }) => field));
    return this.#send(this.dirty.filter((field) => !open.has(field)));
  }

  /** Knowingly replaces what somebody else wrote meanwhile. */
  async useYours(field: EditedField): Promise<void> {
    const now = this.#base?.seq;
    if (now === undefined) return;
    this.#seen = new Map(this.#seen).set(field, now);
    this.#allow(field);
    await this.#send([field]);
  }

  /** Lets what somebody else wrote stand. */
  keepTheirs(field: EditedField): void {
    this.#forget(field);
    if (this.#base) this.#show(field, this.#base);
  }

  discard(): void {
    for (const field of FIELDS) this.keepTheirs(field);
    this.unknown = false;
  }

  async #send(fields: readonly EditedField[]): Promise<'saved' | 'wrong' | 'partly' | 'unknown'> {
    if (this.saving || fields.some((field) => this.problem(field) !== null)) return 'wrong';
    this.saving = true;
    this.unknown = false;
    try {
      // Fields with the same version on screen travel together.
      for (const seen of new Set(fields.map((field) => this.#seenOf(field))))
        await this.#sendOne(
          fields.filter((field) => this.#seenOf(field) === seen),
          seen
        );
      return this.#refused.size > 0 ? 'partly' : 'saved';
    } catch (error) {
      if (isConnectionFault(error)) {
        this.unknown = true;
        return 'unknown';
      }
      this.#sent = null;
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      // Cancelling the question for the password refuses nothing of the fields.
      if (refusal.code !== 'auth/reauthenticate') for (const field of fields) this.#refuse(field, refusal);
      return 'partly';
    } finally {
      this.saving = false;
    }
  }

  async #sendOne(fields: readonly EditedField[], seen: number): Promise<void> {
    const content = { id: this.#options.id, seen, ...this.#values(fields) };
    const text = JSON.stringify(content);
    if (this.#sent?.content !== text) this.#sent = { op: uuid(), content: text };
    const { seq, refused } = await this.#options.send({ op: this.#sent.op, ...content });
    this.#sent = null;
    const refusedFields = new Map(refused.map(({ field, ...part }) => [fieldOf(field), { field, ...part }]));
    for (const field of fields) {
      const part = refusedFields.get(field);
      if (part) this.#refuse(field, part as Refusal);
      else this.#accept(field, seq);
    }
  }

  #values(fields: readonly EditedField[]): Omit<Update, 'op' | 'id' | 'seen'> {
    const caps: Partial<CapSettings> = {};
    for (const field of fields) if (isCap(field)) caps[field] = this.#capOf(field);
    return {
      ...(fields.includes('name') ? { name: tidyText(this.name) } : {}),
      ...(fields.includes('email') ? { email: this.email.trim() } : {}),
      ...(fields.includes('roleId') ? { roleId: this.roleId } : {}),
      ...(Object.keys(caps).length > 0 ? { caps } : {})
    };
  }

  #capOf(field: CapId): CapSetting {
    return capSetting(this.caps[field]) ?? 'inherit';
  }

  #seenOf(field: EditedField): number {
    return this.#seen.get(field) ?? this.#base?.seq ?? 0;
  }

  /** In force: the record is known to hold it, also before the page asked anew. */
  #accept(field: EditedField, seq: number): void {
    if (this.#base) {
      const value = isCap(field)
        ? { caps: { ...this.#base.caps, [field]: this.#capOf(field) } }
        : { [field]: field === 'roleId' ? this.roleId : tidyText(this[field]) };
      this.#base = { ...this.#base, ...value, seq: Math.max(seq, this.#base.seq) };
    }
    this.#forget(field);
  }

  #refuse(field: EditedField, refusal: Refusal): void {
    this.#refused = new Map(this.#refused).set(field, refusal);
  }

  #allow(field: EditedField): void {
    const refused = new Map(this.#refused);
    refused.delete(field);
    this.#refused = refused;
  }

  #forget(field: EditedField): void {
    const seen = new Map(this.#seen);
    seen.delete(field);
    this.#seen = seen;
    this.#allow(field);
  }

  #show(field: EditedField, facts: PersonFacts): void {
    if (isCap(field)) this.caps[field] = capEntries(facts.caps)[field];
    else this[field] = facts[field];
  }

  #differs(field: EditedField, facts: PersonFacts): boolean {
    if (isCap(field)) return capSetting(this.caps[field]) !== facts.caps[field];
    return (field === 'roleId' ? this.roleId : tidyText(this[field])) !== facts[field];
  }
}

function taken(refusal: Refusal): string | null {
  if (refusal.code === 'input/taken')
    return `There is an administrator with this address: ${refusal.looksLike}.`;
  return refusal.code === 'input/invalid' ? refusal.message : null;
}

/** `caps.hourly` → `hourly`. */
function fieldOf(field: string | undefined): EditedField {
  return (field ?? '').replace(/^caps\./, '') as EditedField;
}
