import type { FieldValues } from './field-values.svelte';

/** What the fields of a record need of whatever holds them: the form for a new one, or the edits of one. */
export type RecordForm<K extends string> = {
  readonly values: FieldValues<K>;
  /** The sentence under a field; null while there is nothing to say. */
  problem(key: K): string | null;
  /** A field was changed. */
  changed(key: K): void;
};
