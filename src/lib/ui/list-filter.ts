/** Stands for "no filter" where a control needs a value. */
export const ANY = 'any';

/** One filter of a list: what it is called, what it may be set to, and what it is. */
export type ListFilter<K extends string> = {
  key: K;
  label: string;
  options: readonly { value: string; label: string }[];
  value: string;
};
