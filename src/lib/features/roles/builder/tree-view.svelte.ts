import { indexSearch, parseQuery, searchMask, type SearchIndex } from '$lib/core/roles/search';
import {
  bothMasks,
  traitMask,
  visibleRows,
  type PermissionTree,
  type Row,
  type Trait,
  type TreeNode
} from '$lib/core/roles/tree';

/** Time for which typed letters belong to one typeahead, in ms. */
const TYPEAHEAD_MS = 600;

/** View of the tree: open branches, search, kind filters and the row with the focus. Knows nothing of ticks. */
export class TreeView {
  readonly tree: PermissionTree;
  search = $state('');
  /** True after everything that the search found was unticked together: what it did not find is worth a word. */
  untickedShown = $state(false);
  traits = $state.raw<ReadonlySet<Trait>>(new Set());
  /** Every branch is open, whatever was folded: on paper. */
  unfolded = $state(false);
  /** The row that holds, or last held, the focus. */
  focusId = $state<string | null>(null);

  #open = $state.raw<ReadonlySet<string>>(new Set());
  /** A filter opens all that it finds; these were closed by hand since. */
  #closed = $state.raw<ReadonlySet<string>>(new Set());
  readonly #index: SearchIndex;
  #typed = '';
  #typedAt = 0;

  readonly query = $derived.by(() => parseQuery(this.search));
  readonly mask = $derived.by(() =>
    bothMasks(searchMask(this.#index, this.query), traitMask(this.tree, this.traits))
  );
  readonly rows: readonly Row[] = $derived.by(() =>
    visibleRows(this.tree, (node) => this.isOpen(node), this.mask)
  );
  readonly #places = $derived.by(() => new Map(this.rows.map((row, place) => [row.node.id, place])));
  /** Number of actions that pass the filters. */
  readonly shownCount = $derived.by(() => {
    const mask = this.mask;
    return mask ? mask.reduce((sum, shown) => sum + shown, 0) : this.tree.leaves.length;
  });
  /** Index of the focused row among the rows: its own, or that of the nearest one above that is still there. */
  readonly focusPlace = $derived.by(() => {
    let at = this.focusId === null ? undefined : this.tree.nodeOf.get(this.focusId);
    while (at !== undefined && at >= 0) {
      const node = this.tree.nodes[at];
      const place = node && this.#places.get(node.id);
      if (place !== undefined) return place;
      at = node?.parent;
    }
    return 0;
  });

  constructor(tree: PermissionTree) {
    this.tree = tree;
    this.#index = indexSearch(tree);
    const first = tree.nodes[0];
    const group = tree.nodes[1];
    this.#open = new Set([first, group].flatMap((node) => (node && !node.action ? [node.id] : [])));
  }

  get filtered(): boolean {
    return this.mask !== null;
  }

  isOpen(node: TreeNode): boolean {
    if (this.unfolded) return true;
    return this.filtered ? !this.#closed.has(node.id) : this.#open.has(node.id);
  }

  setOpen(node: TreeNode, open: boolean) {
    this.setAllOpen([node], open);
  }

  setAllOpen(nodes: readonly TreeNode[], open: boolean) {
    const add = open !== this.filtered;
    const changed = new Set(this.filtered ? this.#closed : this.#open);
    for (const node of nodes) {
      if (add) changed.add(node.id);
      else changed.delete(node.id);
    }
    if (this.filtered) this.#closed = changed;
    else this.#open = changed;
  }

  type(text: string) {
    this.search = text;
    this.untickedShown = false;
    this.#closed = new Set();
  }

  toggleTrait(trait: Trait) {
    const traits = new Set(this.traits);
    if (!traits.delete(trait)) traits.add(trait);
    this.traits = traits;
    this.#closed = new Set();
  }

  /** Shows what has this mark and nothing else. */
  showOnly(trait: Trait) {
    this.clearFilters();
    this.traits = new Set([trait]);
  }

  clearFilters() {
    this.search = '';
    this.untickedShown = false;
    this.traits = new Set();
    this.#closed = new Set();
  }

  /** Index of a node among the rows; undefined when it is not visible. */
  placeOf(id: string): number | undefined {
    return this.#places.get(id);
  }

  /** The visible row that stands for a node: itself, or the closed branch above it. */
  standIn(id: string): string | null {
    for (let at = this.tree.nodeOf.get(id) ?? -1; at >= 0;) {
      const node = this.tree.nodes[at];
      if (!node) return null;
      if (this.#places.has(node.id)) return node.id;
      at = node.parent;
    }
    return null;
  }

  /** Opens what hides a node and puts the focus on it. */
  reveal(id: string) {
    const start = this.tree.nodeOf.get(id);
    if (start === undefined) return;
    const node = this.tree.nodes[start];
    if (node?.action && this.mask && this.mask[node.first] !== 1) this.clearFilters();
    const above: TreeNode[] = [];
    for (let at = node?.parent ?? -1; at >= 0; at = this.tree.nodes[at]?.parent ?? -1) {
      const branch = this.tree.nodes[at];
      if (branch) above.push(branch);
    }
    this.setAllOpen(above, true);
    this.focusId = id;
  }

  /**
   * The WAI-ARIA keys that move or open: answers whether the key was one of them.
   * @param page how many rows a page holds
   */
  key(key: string, page: number): boolean {
    const place = this.focusPlace;
    const row = this.rows[place];
    if (!row) return false;
    const last = this.rows.length - 1;
    switch (key) {
      case 'ArrowDown':
        return this.#focus(Math.min(last, place + 1));
      case 'ArrowUp':
        return this.#focus(Math.max(0, place - 1));
      case 'Home':
        return this.#focus(0);
      case 'End':
        return this.#focus(last);
      case 'PageDown':
        return this.#focus(Math.min(last, place + page));
      case 'PageUp':
        return this.#focus(Math.max(0, place - page));
      case 'ArrowRight':
        return this.#inward(row, place);
      case 'ArrowLeft':
        return this.#outward(row);
      case '*':
        this.setAllOpen(
          this.rows.flatMap(({ node }) => (node.parent === row.node.parent && !node.action ? [node] : [])),
          true
        );
        this.focusId = row.node.id;
        return true;
      default:
        return false;
    }
  }

  /** Typeahead: the next row whose label begins with what was typed. */
  jump(letter: string, now: number) {
    this.#typed = now - this.#typedAt < TYPEAHEAD_MS ? this.#typed + letter : letter;
    this.#typedAt = now;
    // The same letter again and again walks from row to row; a word may keep the row found so far.
    const sameLetter = [...this.#typed].every((typed) => typed === letter);
    const wanted = (sameLetter ? letter : this.#typed).toLowerCase();
    const start = this.focusPlace + (sameLetter ? 1 : 0);
    for (let step = 0; step < this.rows.length; step++) {
      const place = (start + step) % this.rows.length;
      if (this.rows[place]?.node.label.toLowerCase().startsWith(wanted)) {
        this.#focus(place);
        return;
      }
    }
  }

  #inward(row: Row, place: number): boolean {
    if (row.node.action) return true;
    if (!this.isOpen(row.node)) this.setOpen(row.node, true);
    else return this.#focus(place + 1);
    return true;
  }

  #outward(row: Row): boolean {
    if (!row.node.action && this.isOpen(row.node)) {
      this.setOpen(row.node, false);
      return true;
    }
    const above = this.tree.nodes[row.node.parent];
    if (above) this.focusId = above.id;
    return true;
  }

  #focus(place: number): boolean {
    const row = this.rows[place];
    if (row) this.focusId = row.node.id;
    return true;
  }
}
