type Given = {
  /** Nothing may move: the pointer is over it. */
  still: boolean;
  /** Key of the query: another one is another order. */
  asked: string;
};

/**
 * Keeps rows where they are while somebody points at them; what moves is their content, and who comes goes to the
 * end.
 */
export class StillOrder<T> {
  readonly #keyOf: (row: T) => string;
  #kept: readonly string[] = [];
  #asked: string | null = null;

  constructor(keyOf: (row: T) => string) {
    this.#keyOf = keyOf;
  }

  arrange(rows: readonly T[], { still, asked }: Given): readonly T[] {
    if (!still || asked !== this.#asked) {
      this.#asked = asked;
      this.#kept = rows.map(this.#keyOf);
      return rows;
    }
    const byKey = new Map(rows.map((row) => [this.#keyOf(row), row]));
    const stay = this.#kept.flatMap((key) => byKey.get(key) ?? []);
    const staying = new Set(stay.map(this.#keyOf));
    const arranged = [...stay, ...rows.filter((row) => !staying.has(this.#keyOf(row)))];
    this.#kept = arranged.map(this.#keyOf);
    return arranged;
  }
}
