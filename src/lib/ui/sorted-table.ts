export type ListSort<C extends string> = { column: C; direction: 'ascending' | 'descending' };

type ColumnLook = {
  label: string;
  /** Its width as classes; '' leaves it what the others do not need. */
  width: string;
  /** Class that says when the column gives way in a narrow list. */
  room?: string | undefined;
  /** True of a column of numbers, which stand at its right edge. */
  numeric?: boolean | undefined;
  /** The last one, at the right edge. */
  end?: true;
};

/** A column that a list can be sorted by. */
export type ListColumn<C extends string> = ColumnLook & {
  id: C;
  /** Direction of the first sort. */
  first: 'ascending' | 'descending';
};

/** A column of what is not known of every row, so that nothing can be sorted by it. */
export type UnsortedColumn = ColumnLook & { id: string; first: null };

/** State and handlers of a row of a list, given to it besides its record. */
export type RowWiring = {
  /** Its place in the whole table, the header being 1: the rows around it may not be drawn. */
  index: number;
  /** Undefined where the list has no selection. */
  selected: boolean | undefined;
  /** Some row is selected, so every row shows its box. */
  selecting: boolean;
  /** `extend`: with Shift, all rows from the one touched last. */
  onselect: (selected: boolean, extend: boolean) => void;
};
