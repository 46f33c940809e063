import { v4 as uuid } from 'uuid';
import type { Refusal, RefusalOf } from '$lib/core/access/refusal';
import type { RefusedPart } from '$lib/core/roles/roles';
import type { Settings, SettingsSection } from '$lib/core/settings/settings';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { FieldEdits, oldestSeen, type BadInput } from '$lib/client/forms/field-edits.svelte';
import { Saving } from '$lib/client/forms/saving.svelte';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { OutboxRecord, Parts, PartValue, Subject } from '$lib/client/outbox/record';
import { sameEntry, type SectionShape } from './settings-shapes';

export type SettingConflict = RefusalOf<'conflict/changed-since'>;

/** Outcome of an attempt to save. `kept`: on this device until back online. `given-up`: nothing done, as asked. */
export type SettingsOutcome = 'saved' | 'kept' | 'given-up' | 'refused' | 'wrong' | 'unknown' | 'nothing';

type Ports = {
  outbox: Pick<Outbox, 'records' | 'refused' | 'watch' | 'acknowledge' | 'save' | 'discard' | 'waiting'>;
  /** Asks what is in force. */
  reload: () => Promise<void>;
};

/**
 * The form of one section (SET-1). What others change meanwhile, and what is on its way from here, appears in the
 * fields that were not touched; what was touched stays, and is judged against the version that was on screen when
 * that began. What is saved waits on the device when it must (LIV-4); with a password it goes to the server at once.
 */
export class SettingsForm<S extends SettingsSection, D extends object> {
  draft = $state() as D;
  /** Reason the changes sent immediately were not made; 'unknown': no answer came; null: they were. */
  refusal = $state.raw<Refusal | 'unknown' | null>(null);
  /** Fields of what was sent at once that somebody else changed meanwhile (LIV-7). */
  conflicts = $state.raw<readonly SettingConflict[]>([]);
  readonly subject: Subject;
  readonly #shape: SectionShape<S, D>;
  readonly #ports: Ports;
  readonly #edits: FieldEdits<keyof D & string>;
  readonly #saving: Saving;
  #values = $state.raw() as Settings[S];
  /** Values of the fields that nobody touched. */
  #base = $state.raw() as D;
  #problems = $state.raw<Readonly<Record<string, string>>>({});
  /** The version that the author's changes began with. */
  seen = 0;
  #version = 0;
  /** The newest version of a conflict that was shown. */
  #told = 0;
  #sent: { op: string; content: string } | null = null;

  constructor(shape: SectionShape<S, D>, values: Settings[S], ports: Ports) {
    this.#shape = shape;
    this.#ports = ports;
    this.#saving = new Saving(ports.outbox);
    this.subject = `settings:${shape.section}`;
    this.#values = values;
    // Ends with the outbox, which is the session's as this form is.
    this.#edits = new FieldEdits({
      subject: this.subject,
      outbox: ports.outbox,
      badInput: (reason) => this.#badInput(reason),
      onchanged: () => this.#rebase(),
      onreturned: (_, parts) => this.#return(parts)
    });
    this.#base = this.#draftNow();
    this.draft = this.#draftNow();
    this.#edits.takeUp();
  }

  get saving(): boolean {
    return this.#saving.now;
  }

  get section(): S {
    return this.#shape.section;
  }

  /** The section as it is in force. */
  get values(): Settings[S] {
    return this.#values;
  }

  /** True if something was changed and not saved. */
  get dirty(): boolean {
    return this.changes > 0;
  }

  /** Number of changed, unsaved fields. */
  get changes(): number {
    return this.touched().length;
  }

  /** True if the changes go to the server at once or not at all: nothing of a password is kept on the device. */
  get needsServer(): boolean {
    return 'password' in this.draft && this.draft.password !== '';
  }

  /** Number of fields that are kept or on their way. */
  get pending(): number {
    return this.#edits.pending.length;
  }

  /** Refused changes, apart from those explained at their field. */
  get refused(): readonly OutboxRecord[] {
    return this.#edits.refused;
  }

  /** The sentence under a field; null while there is nothing to say. */
  problem(field: keyof D & string): string | null {
    return this.#edits.words(field) ?? this.#problems[field] ?? null;
  }

  /** A field was changed: what was said of it is of the past. */
  changed(field: keyof D & string): void {
    this.refusal = null;
    this.#edits.forget([field]);
    if (this.#problems[field] === undefined) return;
    const { [field]: _past, ...rest } = this.#problems;
    this.#problems = rest;
  }

  /** Takes the current values from the server. */
  take(values: Settings[S], version: number): void {
    this.#values = values;
    this.#version = version;
    this.#ports.outbox.acknowledge(this.subject, version);
    this.#rebase();
  }

  /** Back to what is in force, or on its way there. */
  discard(): void {
    this.#edits.forget(this.#fields());
    this.draft = this.#draftNow();
    this.#problems = {};
    this.refusal = null;
    this.conflicts = [];
    this.#sent = null;
    this.seen = this.#version;
  }

  /** Chooses one of both values: one's own is saved with the rest, now that the other one is known. */
  choose(conflict: SettingConflict, whose: 'yours' | 'theirs'): void {
    if (whose === 'theirs') this.#show(this.#fieldOf(conflict.field) ?? '', this.#draftNow());
    this.conflicts = this.conflicts.filter((each) => each !== conflict);
    this.#told = Math.max(this.#told, conflict.version);
    if (this.conflicts.length === 0) this.seen = this.dirty ? Math.max(this.seen, this.#told) : this.#version;
  }

  /**
   * Saves what was changed, and waits a moment for how that ends.
   * @param label what the section is called
   */
  async save(label: string): Promise<SettingsOutcome> {
    this.refusal = null;
    this.conflicts = [];
    this.#edits.forget(this.#fields());
    const patch = this.#read();
    if (patch === null) return 'wrong';
    if (Object.keys(patch).length === 0) return 'nothing';
    return this.#saving.while(() =>
      'password' in patch ? this.#sendAtOnce(patch) : this.#keep(patch as Record<string, PartValue>, label)
    );
  }

  async #keep(patch: Record<string, PartValue>, label: string): Promise<SettingsOutcome> {
    const seen = this.seen;
    const fieldChanges = Object.entries(patch).map(([key, value]) => {
      return { key, value, committed: this.#values[key as keyof Settings[S]] as PartValue, seen };
    });
    const typed = { ...this.draft };
    const saved = this.#ports.outbox.save(this.subject, label, fieldChanges);
    // As it will be shown: "40000" is 40,000.
    for (const key of Object.keys(patch)) this.#show(key, this.#base);
    this.seen = this.#version;
    const outcome = await saved;
    if (outcome === 'kept') return 'kept';
    if (outcome === 'given-up') {
      for (const key of Object.keys(patch)) this.#show(key, typed);
      this.seen = seen;
      return 'given-up';
    }
    await this.#ports.reload();
    if (outcome === 'landed') return 'saved';
    return this.touched().some((field) => this.problem(field) !== null) ? 'wrong' : 'refused';
  }

  /** Sending again after a lost answer is safe: it is the same operation. */
  async #sendAtOnce(patch: Record<string, unknown>): Promise<SettingsOutcome> {
    const content = { seen: this.seen, [this.section]: patch };
    try {
      const { refused } = await api.settings.update.mutate({
        op: this.#opFor(JSON.stringify(content)),
        ...content
      });
      this.#sent = null;
      if (refused.length === 0) this.#show('password', this.#draftNow());
      await this.#ports.reload();
      this.#explain(refused);
      return refused.length === 0 ? 'saved' : 'wrong';
    } catch (error) {
      if (isConnectionFault(error)) {
        this.refusal = 'unknown';
        return 'unknown';
      }
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      this.#sent = null;
      this.#explain([refusal]);
      return 'wrong';
    }
  }

  /** Puts values that the server refused back into their fields, to be mended (UX-4). */
  #return(parts: Parts): void {
    const typed = this.#shape.draftOf({ ...this.#effective(), ...valuesOf(parts) });
    const seen = oldestSeen(parts);
    const touched = new Set<string>(this.touched());
    this.seen = touched.size > 0 ? Math.min(this.seen, seen) : seen;
    // What was typed since is newer.
    for (const key of Object.keys(parts)) if (!touched.has(key)) this.#show(key, typed);
  }

  /** Fields that were not touched hold what is in force, or will be once what is on its way has landed. */
  #rebase(): void {
    const touched = new Set(this.touched());
    const base = this.#draftNow();
    for (const field of this.#fields()) if (!touched.has(field)) this.draft[field] = base[field];
    this.#base = base;
    if (!this.dirty) this.seen = this.#version;
  }

  #show(field: string, from: D): void {
    const name = field as keyof D;
    if (name in from) this.draft[name] = from[name];
  }

  #effective(): Settings[S] {
    const own = [...this.#edits.overlay].map(([key, { part }]) => [key, part.value]);
    return { ...this.#values, ...Object.fromEntries(own) } as Settings[S];
  }

  #draftNow(): D {
    return this.#shape.draftOf(this.#effective());
  }

  /** Field whose value was refused, with the words for it; null when the reason is another one. */
  #badInput(reason: Refusal): BadInput<keyof D & string> | null {
    const field = reason.code === 'input/invalid' ? this.#fieldOf(reason.field) : null;
    return field === null || reason.code !== 'input/invalid' ? null : { field, words: reason.message };
  }

  /** `passwords.minLength` → `minLength`, when there is such a field. */
  #fieldOf(path: string | undefined): (keyof D & string) | null {
    const name = path?.split('.').at(-1);
    return this.#fields().find((field) => field === name) ?? null;
  }

  #fields(): (keyof D & string)[] {
    return Object.keys(this.#base) as (keyof D & string)[];
  }

  touched(): (keyof D & string)[] {
    return this.#fields().filter((field) => !sameEntry(this.draft[field], this.#base[field]));
  }

  /** The fields that were changed, as the server takes them; null when one of them cannot be read. */
  #read(): Record<string, unknown> | null {
    const patch: Record<string, unknown> = {};
    const problems: Record<string, string> = {};
    for (const field of this.touched()) {
      const reading = this.#shape.read[field](this.draft[field], this.draft);
      if ('problem' in reading) problems[field] = reading.problem;
      else patch[field] = reading.value;
    }
    this.#problems = problems;
    return Object.keys(problems).length > 0 ? null : patch;
  }

  #explain(refused: readonly RefusedPart[]): void {
    const problems: Record<string, string> = {};
    for (const part of refused) {
      const field = this.#fieldOf(part.field);
      if (part.code === 'input/invalid' && field !== null) problems[field] = part.message;
      else if (part.code === 'conflict/changed-since') this.conflicts = [...this.conflicts, part];
      else this.refusal ??= part;
    }
    this.#problems = problems;
  }

  #opFor(content: string): string {
    if (this.#sent?.content !== content) this.#sent = { op: uuid(), content };
    return this.#sent.op;
  }
}

function valuesOf(parts: Parts): Record<string, PartValue> {
  return Object.fromEntries(Object.entries(parts).map(([key, { value }]) => [key, value]));
}
