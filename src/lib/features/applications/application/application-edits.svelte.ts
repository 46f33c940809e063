import { api } from '$lib/client/api/api';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { DraftForm } from '$lib/client/session/drafts';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { applicationAttempt } from '../application-attempt';
import { applicationRefusalText } from '../application-rights';
import {
  APPLICATION_FIELDS,
  inputOf,
  textProblem,
  textsOf,
  type ApplicationField,
  type ApplicationTexts
} from '../application-values';
import type { CommandFields } from '$lib/protocol/commands/commands';
import type { Application } from '../applications.svelte';

type Refused = Awaited<ReturnType<typeof api.applications.update.mutate>>['refused'][number];

/** Touched fields as they were typed, with the version that was on screen. */
type ApplicationDraft = readonly { field: ApplicationField; seen: number; typed: string }[];

/**
 * The edits of one application. A field that was not touched here follows the record; one that was keeps what was
 * typed, and remembers the version its author had on screen. The server judges each field on its own.
 */
export class ApplicationEdits implements DraftForm<ApplicationDraft> {
  texts = $state<ApplicationTexts>({ name: '', roleId: '', stewardId: '', allowlist: '', perMinute: '' });
  readonly attempt: ReturnType<typeof applicationAttempt>;
  readonly #catalogue: CatalogueIndex;
  #base = $state.raw<Application | null>(null);
  /** Touched fields, with the version that was on screen. */
  #seen = $state.raw<ReadonlyMap<ApplicationField, number>>(new Map());
  #refused = $state.raw<Partial<Record<ApplicationField, string>>>({});
  readonly #update = new OneOperation((op, input: CommandFields<'applications.update'>) =>
    api.applications.update.mutate({ op, ...input })
  );

  constructor(catalogue: CatalogueIndex) {
    this.#catalogue = catalogue;
    this.attempt = applicationAttempt(catalogue);
  }

  /** Fields whose text is not the record's. */
  readonly dirty: readonly ApplicationField[] = $derived.by(() => {
    if (this.#base === null) return [];
    const known = textsOf(this.#base);
    return APPLICATION_FIELDS.filter((field) => this.#seen.has(field) && this.texts[field] !== known[field]);
  });

  /** The record as it is now: fields that were not touched follow it. */
  follow(application: Application): void {
    this.#base = application;
    const known = textsOf(application);
    for (const field of APPLICATION_FIELDS) {
      if (this.texts[field] === known[field]) this.#untouch([field]);
      if (!this.#seen.has(field)) this.texts[field] = known[field];
    }
  }

  problem(field: ApplicationField): string | null {
    const said = this.#refused[field] ?? this.attempt.field(field);
    return said ?? (this.dirty.includes(field) ? textProblem(field, this.texts[field]) : null);
  }

  changed(field: ApplicationField): void {
    if (this.#base === null) return;
    if (!this.#seen.has(field)) this.#seen = new Map(this.#seen).set(field, this.#base.seq);
    this.#say(field, null);
    this.attempt.changed(field);
  }

  /** `kept`: some of it was refused, and stands in its field with the reason. Null: nothing was changed. */
  async save(): Promise<'saved' | 'kept' | null> {
    const base = this.#base;
    const fields = this.dirty;
    if (base === null || fields.some((field) => textProblem(field, this.texts[field]) !== null)) return null;
    const seenParts = Object.fromEntries(fields.map((field) => [field, this.#seen.get(field) ?? base.seq]));
    const done = await this.attempt.run(() =>
      this.#update.run({ id: base.id, seen: base.seq, seenParts, ...inputOf(this.texts, fields) })
    );
    if (!done) return null;
    const refused = new Map(done.refused.map((part) => [part.field, part]));
    for (const field of fields) {
      const part = refused.get(field);
      this.#say(field, null);
      if (part) this.#keep(field, part);
      else this.#untouch([field]);
    }
    return refused.size === 0 ? 'saved' : 'kept';
  }

  discard(): void {
    this.#untouch(this.dirty);
    this.#refused = {};
    this.attempt.refuse({});
    if (this.#base) this.follow(this.#base);
  }

  draft(): ApplicationDraft | null {
    if (this.dirty.length === 0) return null;
    return this.dirty.map((field) => ({ field, seen: this.#seen.get(field)!, typed: this.texts[field] }));
  }

  restore(draft: ApplicationDraft): void {
    for (const { field, seen, typed } of draft) {
      this.texts[field] = typed;
      this.#seen = new Map(this.#seen).set(field, seen);
    }
  }

  stop(): void {
    this.attempt.stop();
  }

  /** Keeps what was typed; after a change by someone else, saving again replaces that. */
  #keep(field: ApplicationField, part: Refused): void {
    if (part.code === 'conflict/changed-since') {
      this.#seen = new Map(this.#seen).set(field, part.version);
      return this.#say(field, `${part.by} changed this since. Save again to replace it, or discard yours.`);
    }
    this.#say(field, applicationRefusalText(part, this.#catalogue));
  }

  #say(field: ApplicationField, words: string | null): void {
    const { [field]: _gone, ...rest } = this.#refused;
    this.#refused = words === null ? rest : { ...rest, [field]: words };
  }

  #untouch(fields: readonly ApplicationField[]): void {
    this.#seen = new Map([...this.#seen].filter(([field]) => !fields.includes(field)));
  }
}
