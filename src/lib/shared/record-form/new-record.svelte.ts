import { OneOperation } from '$lib/client/forms/one-operation';
import { OneAtATime } from '$lib/client/forms/one-at-a-time.svelte';
import { refusalOf } from '$lib/client/api/api';
import type { DraftForm } from '$lib/client/session/drafts';
import type { Refusal } from '$lib/core/access/refusal';
import { FieldValues, type FieldSpec, type TypedField } from './field-values.svelte';
import type { RecordForm } from './record-form';

type Options<K extends string, I extends object, A> = {
  specs: readonly FieldSpec<K>[];
  judge: (values: FieldValues<K>, key: K) => string | null;
  /** The field that a refusal is about, and its words; null: it is about the whole. */
  fieldOf: (refusal: Refusal) => { key: K; words: string } | null;
  /** A refusal in a sentence. */
  words: (refusal: Refusal) => string;
  /** Input to send, made from the fields. */
  inputOf: (values: FieldValues<K>) => I;
  create: (op: string, input: I) => Promise<A>;
};

/** Fields that are not blank, as they were typed. */
type NewDraft<K extends string> = readonly { key: K; typed: TypedField }[];

/**
 * The form for a new record. Sent again after a lost answer it is the same operation: the record is made at most once.
 */
export class NewRecord<K extends string, I extends object, A>
  extends OneAtATime
  implements RecordForm<K>, DraftForm<NewDraft<K>>
{
  readonly values: FieldValues<K>;
  readonly #options: Options<K, I, A>;
  readonly #create: OneOperation<I, A>;
  /** Fields are judged once saving was tried, then while typing. */
  #tried = $state(false);
  #refused = $state.raw<{ key: K; words: string } | null>(null);

  constructor(options: Options<K, I, A>) {
    super();
    this.#options = options;
    this.values = new FieldValues(options.specs);
    this.#create = new OneOperation((op, input) => options.create(op, input));
  }

  problem(key: K): string | null {
    if (this.#refused?.key === key) return this.#refused.words;
    return this.#tried ? this.#options.judge(this.values, key) : null;
  }

  changed(key: K): void {
    if (this.#refused?.key === key) this.#refused = null;
  }

  /** Some field has a problem that is said. */
  get wrong(): boolean {
    return this.values.keys.some((key) => this.problem(key) !== null);
  }

  /** Null: nothing was made, and the fields or `fault` say why. */
  async save(): Promise<A | null> {
    this.#tried = true;
    this.#refused = null;
    this.fault = null;
    if (this.wrong) return null;
    return this.run(
      () => this.#send(this.#options.inputOf(this.values)),
      (refusal) => this.#options.words(refusal)
    );
  }

  draft(): NewDraft<K> | null {
    const blank = new FieldValues(this.#options.specs);
    const filled = this.values.keys
      .map((key) => ({ key, typed: this.values.typed(key) }))
      .filter(({ key, typed }) => JSON.stringify(typed) !== JSON.stringify(blank.typed(key)));
    return filled.length > 0 ? filled : null;
  }

  restore(draft: NewDraft<K>): void {
    for (const { key, typed } of draft) this.values.type(key, typed);
  }

  /** Ready for the next one: `kept` fields stay as they are. */
  startNext(kept: readonly K[]): void {
    const blank = new FieldValues(this.#options.specs);
    for (const key of this.values.keys)
      if (!kept.includes(key)) this.values.put(key, blank.value(key) ?? null);
    this.#tried = false;
  }

  async #send(input: I): Promise<A | null> {
    try {
      return await this.#create.run(input);
    } catch (error) {
      const refusal = refusalOf(error);
      this.#refused = refusal && this.#options.fieldOf(refusal);
      if (this.#refused === null) throw error;
      return null;
    }
  }
}
