import { printed } from './printed';

/** Rows drawn beyond each edge, so that a fast scroll does not show gaps. */
const OVERSCAN = 10;

/**
 * Draws only those of many equally high rows that are in view, wherever the scrolling happens: in a box or in the
 * page. On paper it draws all.
 */
export class RowRange {
  /** Distance from the top of the rows to the top of the view, and the height of the view. */
  #top = $state(0);
  #height = $state(800);
  #row = $state(44);
  readonly #count: () => number;

  constructor(count: () => number) {
    this.#count = count;
  }

  readonly first: number = $derived.by(() => {
    if (printed.current) return 0;
    const first = Math.floor(this.#top / this.#row) - OVERSCAN;
    return Math.max(0, Math.min(first, this.#count() - 1));
  });

  /** Exclusive. */
  readonly last: number = $derived.by(() => {
    if (printed.current) return this.#count();
    const last = Math.ceil((this.#top + this.#height) / this.#row) + OVERSCAN;
    return Math.min(this.#count(), Math.max(last, this.first));
  });

  /** Pixels that stand for the rows above and below. */
  readonly before: number = $derived.by(() => this.first * this.#row);
  readonly after: number = $derived.by(() => (this.#count() - this.last) * this.#row);

  /** Follows scrolling and size. Returns the function that stops it. */
  attach(scroller: HTMLElement, rows: HTMLElement, isRow: string): () => void {
    const measure = () => {
      const own = getComputedStyle(scroller).overflowY !== 'visible';
      const viewTop = own ? scroller.getBoundingClientRect().top : 0;
      this.#top = Math.max(0, viewTop - rows.getBoundingClientRect().top);
      this.#height = own ? scroller.clientHeight : window.innerHeight;
      this.#row = rows.querySelector<HTMLElement>(isRow)?.offsetHeight || this.#row;
    };
    const size = new ResizeObserver(measure);
    size.observe(scroller);
    size.observe(rows);
    scroller.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('scroll', measure, { passive: true });
    measure();
    return () => {
      size.disconnect();
      scroller.removeEventListener('scroll', measure);
      window.removeEventListener('scroll', measure);
    };
  }
}
