import { v4 as uuid } from 'uuid';
import type { FieldValue, Refusal } from '$lib/core/refusal';
import type { RefusedPart } from '$lib/core/roles';
import type { Settings, SettingsSection } from '$lib/core/settings';
import { api, isConnectionFault, refusalOf } from './api';
import type { SectionShape } from './settings-shapes';

/** A field that somebody else changed meanwhile, with both values (LIV-7). */
export type SettingConflict = {
  field: string;
  yours: FieldValue;
  theirs: FieldValue;
  by: string;
  at: string;
};

/** How an attempt to save ended. */
export type SettingsOutcome = 'saved' | 'wrong' | 'unknown' | 'nothing';

/**
 * The form of one section (SET-1). What others change meanwhile appears in the fields that were not touched; what was touched
 * stays, and is judged against the version that was on screen when that began.
 */
export class SettingsForm<S extends SettingsSection, D extends object> {
  draft = $state() as D;
  saving = $state(false);
  /** Why the section as a whole was not changed. */
  refusal = $state.raw<Refusal | null>(null);
  conflicts = $state.raw<readonly SettingConflict[]>([]);
  readonly #shape: SectionShape<S, D>;
  readonly #reload: () => Promise<void>;
  #values = $state.raw() as Settings[S];
  #base = $state.raw() as D;
  #problems = $state.raw<Readonly<Record<string, string>>>({});
  /** The version that the author's changes began with. */
  #seen = 0;
  #version = 0;
  #sent: { op: string; content: string } | null = null;

  constructor(shape: SectionShape<S, D>, values: Settings[S], reload: () => Promise<void>) {
    this.#shape = shape;
    this.#reload = reload;
    this.#values = values;
    this.#base = shape.draftOf(values);
    this.draft = shape.draftOf(values);
  }

  get section(): S {
    return this.#shape.section;
  }

  /** The section as it is in force. */
  get values(): Settings[S] {
    return this.#values;
  }

  /** Whether something was changed and not saved. */
  get dirty(): boolean {
    return this.#touched().length > 0;
  }

  /** The sentence under a field; null while there is nothing to say. */
  problem(field: keyof D & string): string | null {
    return this.#problems[field] ?? null;
  }

  /** The first field with a problem. */
  get firstProblem(): string | null {
    return Object.keys(this.#base).find((field) => this.#problems[field] !== undefined) ?? null;
  }

  /** A field was changed: what was said of it is of the past. */
  changed(field: keyof D & string): void {
    this.refusal = null;
    if (this.#problems[field] === undefined) return;
    const { [field]: _past, ...rest } = this.#problems;
    this.#problems = rest;
  }

  /** What the server says is in force now. */
  take(values: Settings[S], version: number): void {
    const touched = new Set(this.#touched());
    const base = this.#shape.draftOf(values);
    for (const field of this.#fields()) if (!touched.has(field)) this.draft[field] = base[field];
    this.#values = values;
    this.#base = base;
    this.#version = version;
    if (!this.dirty) this.#seen = version;
  }

  /** Back to what is in force. */
  discard(): void {
    this.draft = this.#shape.draftOf(this.#values);
    this.#problems = {};
    this.conflicts = [];
    this.refusal = null;
    this.#sent = null;
    this.#seen = this.#version;
  }

  /** Sends what was changed. Sending again after a lost answer is safe: it is the same operation. */
  async save(): Promise<SettingsOutcome> {
    this.refusal = null;
    this.conflicts = [];
    const patch = this.#read();
    if (patch === null) return 'wrong';
    if (Object.keys(patch).length === 0) return 'nothing';
    const content = { seen: this.#seen, [this.section]: patch };
    this.saving = true;
    try {
      const { refused } = await api.settings.update.mutate({
        op: this.#opFor(JSON.stringify(content)),
        ...content
      });
      this.#sent = null;
      if (refused.length === 0 && 'password' in this.draft) this.draft.password = '';
      await this.#reload();
      this.#explain(refused);
      return refused.length === 0 ? 'saved' : 'wrong';
    } catch (error) {
      if (isConnectionFault(error)) return 'unknown';
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      this.#sent = null;
      this.#explain([refusal]);
      return 'wrong';
    } finally {
      this.saving = false;
    }
  }

  /** Of two values the other one's: it is in force already. */
  keepTheirs(field: string): void {
    const name = field as keyof D;
    this.draft[name] = this.#shape.draftOf(this.#values)[name];
    this.#settle(field);
    if (!this.dirty) this.#seen = this.#version;
  }

  /** Of two values one's own, knowing the other. */
  useYours(field: string): Promise<SettingsOutcome> {
    this.#settle(field);
    this.#seen = this.#version;
    return this.save();
  }

  #settle(field: string): void {
    this.conflicts = this.conflicts.filter((conflict) => conflict.field !== field);
  }

  #fields(): (keyof D & string)[] {
    return Object.keys(this.#base) as (keyof D & string)[];
  }

  #touched(): (keyof D & string)[] {
    return this.#fields().filter(
      (field) => JSON.stringify(this.draft[field]) !== JSON.stringify(this.#base[field])
    );
  }

  /** The fields that were changed, as the server takes them; null when one of them cannot be read. */
  #read(): Record<string, unknown> | null {
    const patch: Record<string, unknown> = {};
    const problems: Record<string, string> = {};
    for (const field of this.#touched()) {
      const reading = this.#shape.read[field](this.draft[field], this.draft);
      if ('problem' in reading) problems[field] = reading.problem;
      else patch[field] = reading.value;
    }
    this.#problems = problems;
    return Object.keys(problems).length > 0 ? null : patch;
  }

  #explain(refused: readonly RefusedPart[]): void {
    const problems: Record<string, string> = {};
    const conflicts: SettingConflict[] = [];
    for (const part of refused) {
      const field = part.field?.split('.').at(-1) ?? '';
      if (part.code === 'conflict/changed-since') conflicts.push({ ...part, field });
      else if (part.code === 'input/invalid' && this.#fields().includes(field as keyof D & string))
        problems[field] = part.message;
      else this.refusal ??= part;
    }
    this.#problems = problems;
    this.conflicts = conflicts;
  }

  #opFor(content: string): string {
    if (this.#sent?.content !== content) this.#sent = { op: uuid(), content };
    return this.#sent.op;
  }
}
