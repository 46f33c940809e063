/** Name of an action done to many in one step, and its sentences before and after. Counted: "3 people". */
export type BulkWords = {
  /** Words on the button that opens it. */
  label: string;
  title: (counted: string) => string;
  consequences: readonly string[];
  verb: (counted: string) => string;
  done: (counted: string) => string;
  danger: boolean;
};
