import { RowKeys } from './row-keys';
import { RowRange } from './row-range.svelte';

type Options<R> = {
  /** All rows, in the order of the screen. */
  rows: () => readonly R[];
  /** Selector that a row matches in the document. */
  isRow: string;
};

/** A row that is drawn, the key it is drawn under, and its place in the whole table, the header being 1. */
export type DrawnRow<R> = { record: R; key: number; index: number };

/**
 * Rows of a long list that are drawn: those in view. Ten thousand of them are a fact, ten thousand rows in the document
 * would be a stall; and to make forty anew at every turn of a wheel would be one, too.
 */
export class DrawnRows<R extends { id: string }> {
  readonly range: RowRange;
  readonly #options: Options<R>;
  readonly #keys = new RowKeys();
  /** The element around the rows; null before it is there. */
  #body: HTMLElement | null = null;

  constructor(options: Options<R>) {
    this.#options = options;
    this.range = new RowRange(() => options.rows().length);
  }

  readonly rows: readonly DrawnRow<R>[] = $derived.by(() => {
    const { first, last } = this.range;
    const inView = this.#options.rows().slice(first, last);
    const ids = inView.map(({ id }) => id);
    const keys = this.#keys.of(ids, this.#placeOfFocus());
    return inView.map((record, at) => ({ record, key: keys[at]!, index: first + at + 2 }));
  });

  /** Follows scrolling and size. Returns the function that stops it. */
  attach(scroller: HTMLElement, body: HTMLElement): () => void {
    this.#body = body;
    return this.range.attach(scroller, body, this.#options.isRow);
  }

  /** Place of the row that has the focus, among those that are drawn; -1: none has. */
  #placeOfFocus(): number {
    const { isRow } = this.#options;
    const focused = document.activeElement?.closest(isRow);
    if (!focused || !this.#body?.contains(focused)) return -1;
    return [...this.#body.querySelectorAll(isRow)].indexOf(focused);
  }
}
