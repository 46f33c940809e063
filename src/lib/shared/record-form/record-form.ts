import type { FieldValues } from './field-values.svelte';

/** Form that holds the fields of a record, as they need it: for a new one, or for the edits of one. */
export type RecordForm<K extends string> = {
  readonly values: FieldValues<K>;
  /** The sentence under a field; null while there is nothing to say. */
  problem(key: K): string | null;
  /** A field was changed. */
  changed(key: K): void;
};
