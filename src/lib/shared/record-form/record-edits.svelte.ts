import { FieldEdits } from '$lib/client/forms/field-edits.svelte';
import { Saving } from '$lib/client/forms/saving.svelte';
import type { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { EditOutcome } from '$lib/client/outbox/outcomes';
import type { OutboxRecord, Parts, PartValue, Subject } from '$lib/client/outbox/record';
import type { DraftForm } from '$lib/client/session/drafts';
import type { Refusal } from '$lib/core/access/refusal';
import { FieldValues, type FieldSpec, type TypedField } from './field-values.svelte';
import type { RecordForm } from './record-form';

type Base = { name: string; seq: number };

type Options<R extends Base, K extends string> = {
  subject: Subject;
  specs: readonly FieldSpec<K>[];
  /** Value that the record holds. */
  read: (record: R, key: K) => PartValue;
  /** Problem with the input of a field; null: none. */
  judge: (values: FieldValues<K>, key: K) => string | null;
  /** The words of a refusal about what was typed; null: it is about something else. */
  words: (refusal: Refusal) => string | null;
  outbox: Outbox;
};

/** Touched fields as they were typed, with the version that was on screen. */
type RecordDraft<K extends string> = readonly { key: K; seen: number; typed: TypedField }[];

/**
 * The edits of one record (ADM-12, TEN-8). A field that nobody touched here follows the record, and what is on its way
 * to it; a field that was touched keeps what was typed, and remembers which version its author had on screen. The
 * server judges each field on its own.
 */
export class RecordEdits<R extends Base, K extends string>
  implements RecordForm<K>, DraftForm<RecordDraft<K>>
{
  readonly values: FieldValues<K>;
  readonly #options: Options<R, K>;
  #base = $state.raw<R | null>(null);
  /** Touched fields, with the version that was on screen. */
  #seen = $state.raw<ReadonlyMap<K, number>>(new Map());
  readonly #edits: FieldEdits<K>;
  readonly #saving: Saving;

  constructor(options: Options<R, K>) {
    this.#options = options;
    this.values = new FieldValues(options.specs);
    const { subject, outbox } = options;
    this.#saving = new Saving(outbox);
    this.#edits = new FieldEdits({
      subject,
      outbox,
      badInput: (reason, parts) => this.#badInput(reason, parts),
      onreturned: (bad, parts) => this.#return(bad.field, parts),
      onchanged: () => this.#refreshAll()
    });
  }

  /** Fields whose typed value is neither in the record nor on its way there. */
  readonly dirty: readonly K[] = $derived.by(() =>
    this.values.keys.filter((key) => this.#seen.has(key) && this.values.value(key) !== this.#known(key))
  );

  /** Fields that are kept or on their way. */
  readonly pending: readonly K[] = $derived.by(() =>
    this.values.keys.filter((key) => this.#edits.pending.includes(key))
  );

  /** Edits that did not land, but for what is said at their field. */
  get refused(): readonly OutboxRecord[] {
    return this.#edits.refused;
  }

  get saving(): boolean {
    return this.#saving.now;
  }

  /** The record as it is now: fields that were not touched follow it. */
  follow(record: R): void {
    this.#base = record;
    this.#options.outbox.acknowledge(this.#options.subject, record.seq);
    this.#refreshAll();
  }

  problem(key: K): string | null {
    const said = this.#edits.words(key);
    if (said !== null) return said;
    return this.dirty.includes(key) ? this.#options.judge(this.values, key) : null;
  }

  changed(key: K): void {
    if (this.#base === null) return;
    if (!this.#seen.has(key)) this.#seen = new Map(this.#seen).set(key, this.#base.seq);
    // What is typed now is not what was refused.
    this.#edits.forget([key]);
  }

  /** Puts values into fields, as if they were typed. */
  fill(fields: ReadonlyMap<K, PartValue>): void {
    for (const [key, value] of fields) {
      this.values.put(key, value);
      this.changed(key);
    }
  }

  /** Keeps what differs on the device and sends it; waits a moment for how that ends. */
  async save(): Promise<EditOutcome | 'wrong'> {
    const base = this.#base;
    const keys = this.dirty;
    if (base === null || this.saving || keys.some((key) => this.problem(key) !== null)) return 'wrong';
    const fieldChanges = keys.map((key) => ({
      key,
      value: this.values.value(key) ?? null,
      committed: this.#options.read(base, key),
      seen: this.#seen.get(key) ?? base.seq
    }));
    return this.#saving.while(async () => {
      const saved = this.#options.outbox.save(this.#options.subject, base.name, fieldChanges);
      this.#untouch(keys);
      const outcome = await saved;
      // Nothing was saved: what was typed is in its fields, as before.
      if (outcome === 'given-up')
        for (const { key, value, seen } of fieldChanges) {
          if (this.#seen.has(key)) continue;
          this.#seen = new Map(this.#seen).set(key, seen);
          this.values.put(key, value);
        }
      return outcome;
    });
  }

  discard(): void {
    this.#untouch(this.dirty);
    this.#refreshAll();
  }

  draft(): RecordDraft<K> | null {
    if (this.dirty.length === 0) return null;
    return this.dirty.map((key) => ({ key, seen: this.#seen.get(key)!, typed: this.values.typed(key) }));
  }

  restore(draft: RecordDraft<K>): void {
    for (const { key, seen, typed } of draft) {
      this.values.type(key, typed);
      this.#seen = new Map(this.#seen).set(key, seen);
    }
  }

  destroy(): void {
    this.#edits.destroy();
  }

  #badInput(reason: Refusal, parts: Parts): { field: K; words: string } | null {
    const words = this.#options.words(reason);
    const named = 'field' in reason ? reason.field : null;
    const keys = this.values.keys.filter((key) => key in parts);
    const field =
      keys.find((key) => named !== null && (key === named || key.endsWith(`.${named}`))) ?? keys[0];
    return words !== null && field !== undefined ? { field, words } : null;
  }

  /** Puts what the server could not take back into its field, unless something was typed there since. */
  #return(key: K, parts: Parts): void {
    const part = parts[key];
    if (!part || this.#seen.has(key)) return;
    this.#seen = new Map(this.#seen).set(key, part.seen);
    this.values.put(key, part.value);
  }

  #refreshAll(): void {
    if (this.#base === null) return;
    for (const key of this.values.keys) {
      const known = this.#known(key);
      if (!this.#seen.has(key)) this.values.put(key, known);
      else if (this.values.value(key) === known) this.#untouch([key]);
    }
  }

  #untouch(keys: readonly K[]): void {
    this.#seen = new Map([...this.#seen].filter(([key]) => !keys.includes(key)));
  }

  /** Value that the record holds, or will hold once what is on its way has landed. */
  #known(key: K): PartValue {
    const own = this.#edits.value(key);
    if (own !== undefined) return own;
    return this.#base === null ? null : this.#options.read(this.#base, key);
  }
}
