export type ListSort<C extends string> = { column: C; direction: 'ascending' | 'descending' };

/** A column of a list. */
export type ListColumn<C extends string> = {
  id: C;
  label: string;
  /** Its width as classes; '' leaves it what the others do not need. */
  width: string;
  /** Direction of the first sort. */
  first: 'ascending' | 'descending';
  /** Class that says when the column gives way in a narrow list. */
  room?: string | undefined;
  /** The last one, at the right edge. */
  end?: true;
};

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
