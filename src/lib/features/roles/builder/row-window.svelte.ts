import type { Row } from '$lib/core/roles/tree';
import { printed } from '$lib/ui/printed';

/** Pixels of an area, a group and an action row, where text has the size that browsers ship with. */
export type RowHeights = Readonly<Record<1 | 2 | 3, number>>;

/** A row to draw: its place among all rows, its distance from the top, and whether it sticks there. */
export type DrawnRow = {
  readonly row: Row;
  readonly place: number;
  readonly top: number;
  readonly sticks: boolean;
};

/** Rows drawn beyond each edge, so that a fast scroll does not show gaps. */
const OVERSCAN = 6;

type Options = {
  rows: () => readonly Row[];
  heights: () => RowHeights;
  /** The place that must stay in the document, since it holds the focus. */
  keep: () => number;
  /** Pixels that the page covers at the top of the view: the sticky search of a phone. */
  covered: () => number;
};

/**
 * Draws only the rows in view. Heights are known by level, so nothing is measured row by row. The area that is being
 * read sticks to the top; the row with the focus stays in the document wherever it is. On paper all rows are drawn.
 */
export class RowWindow {
  /** Distance from the top of the rows to the top of the view, and the height of the view. */
  #top = $state(0);
  #height = $state(0);
  /** Scale of the reader's text, 1 being the usual: rows grow with it. */
  #scale = $state(1);
  readonly #options: Options;
  #scroller: HTMLElement | null = null;
  #content: HTMLElement | null = null;

  readonly #heights: RowHeights = $derived.by(() => {
    const { 1: area, 2: group, 3: action } = this.#options.heights();
    return { 1: area * this.#scale, 2: group * this.#scale, 3: action * this.#scale };
  });

  /** Distance of each row from the top; the last number is the height of all. */
  readonly #offsets = $derived.by(() => {
    const rows = this.#options.rows();
    const heights = this.#heights;
    const offsets = new Int32Array(rows.length + 1);
    rows.forEach((row, place) => (offsets[place + 1] = (offsets[place] ?? 0) + heights[row.node.level]));
    return offsets;
  });

  readonly #range = $derived.by(() => {
    if (printed.current) return { first: 0, last: this.#options.rows().length - 1 };
    const first = Math.max(0, this.#placeAt(this.#top) - OVERSCAN);
    const last = Math.min(
      this.#options.rows().length - 1,
      this.#placeAt(this.#top + this.#height) + OVERSCAN
    );
    return { first, last };
  });

  /** The open area whose rows are at the top of the view; -1 when its own row is in sight. */
  readonly #stickyPlace = $derived.by(() => {
    const rows = this.#options.rows();
    if (printed.current) return -1;
    const top = this.#top + this.#options.covered();
    let place = this.#placeAt(top);
    while (place > 0 && rows[place]?.node.level !== 1) place--;
    return this.#top > 0 && (this.#offsets[place] ?? 0) < top ? place : -1;
  });

  readonly drawn: readonly DrawnRow[] = $derived.by(() => {
    const rows = this.#options.rows();
    const { first, last } = this.#range;
    const places = new Set([this.#stickyPlace, this.#options.keep()]);
    for (let place = first; place <= last; place++) places.add(place);
    const inOrder = [...places].sort((a, b) => a - b);
    return inOrder.flatMap((place) => {
      const row = rows[place];
      if (!row) return [];
      const sticks = place === this.#stickyPlace;
      return [{ row, place, sticks, top: sticks ? this.#stickyTop : (this.#offsets[place] ?? 0) }];
    });
  });

  /** The sticky area gives way to the next one. */
  readonly #stickyTop = $derived.by(() => {
    const rows = this.#options.rows();
    const covered = this.#options.covered();
    let next = this.#stickyPlace + 1;
    while (next < rows.length && rows[next]?.node.level !== 1) next++;
    const gap = (this.#offsets[next] ?? 0) - this.#top - covered - this.#heights[1];
    return covered + Math.min(0, gap);
  });

  constructor(options: Options) {
    this.#options = options;
  }

  /** Height of all rows, in pixels. */
  get total(): number {
    return this.#offsets.at(-1) ?? 0;
  }

  /** Number of action rows that fit into the view. */
  get page(): number {
    return Math.max(1, Math.floor((this.#height - this.#options.covered()) / this.#heights[3]) - 1);
  }

  /** Follows scrolling and size. Returns the function that stops it. */
  attach(scroller: HTMLElement, content: HTMLElement): () => void {
    this.#scroller = scroller;
    this.#content = content;
    const measure = () => this.#measure();
    const size = new ResizeObserver(measure);
    size.observe(scroller);
    scroller.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    measure();
    return () => {
      size.disconnect();
      scroller.removeEventListener('scroll', measure);
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }

  /** Scrolls as little as needed to show a row. */
  reveal(place: number) {
    if (!this.#scroller || !this.#content) return;
    const row = this.#options.rows()[place];
    if (!row) return;
    this.#measure();
    const heights = this.#heights;
    const start = this.#offsets[place] ?? 0;
    const under = this.#options.covered() + (row.node.level === 1 ? 0 : heights[1]);
    const end = start + heights[row.node.level];
    const above = Math.min(0, start - this.#top - under);
    const by = above || Math.max(0, end - this.#top - this.#height);
    if (by === 0) return;
    if (this.#scrolls()) this.#scroller.scrollTop += by;
    else window.scrollBy(0, by);
    this.#measure();
  }

  /** True if the page scrolls, as on a phone; on a desk the tree does. */
  #scrolls(): boolean {
    return this.#scroller !== null && getComputedStyle(this.#scroller).overflowY !== 'visible';
  }

  #measure() {
    if (!this.#scroller || !this.#content) return;
    this.#scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
    const own = this.#scrolls();
    const viewTop = own ? this.#scroller.getBoundingClientRect().top : 0;
    this.#top = Math.max(0, viewTop - this.#content.getBoundingClientRect().top);
    this.#height = own ? this.#scroller.clientHeight : window.innerHeight;
  }

  /** The place of the row at a distance from the top, by bisection. */
  #placeAt(distance: number): number {
    const offsets = this.#offsets;
    let low = 0;
    let high = Math.max(0, offsets.length - 2);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((offsets[middle] ?? 0) <= distance) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
