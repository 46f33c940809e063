import { RowSelection } from '$lib/ui/row-selection.svelte';
import { coverage } from '$lib/ui/selected-rows';

/** Selected rows of a list, and the bulk action that is asked about (ADM-10, TEN-8). `K`: kinds of actions. */
export class BulkSelection<K extends string, R extends { id: string }> {
  readonly rows = new RowSelection();
  /** Action whose dialog is open, and those it is about; null: none is open. */
  asked = $state.raw<{ kind: K; records: readonly R[] } | null>(null);
  /** Selected records, those too that are filtered away. */
  readonly chosen: readonly R[];
  /** Ids of the rows that the list shows. */
  readonly shown: readonly string[];
  /** True if no row is left to be selected. */
  readonly whole: boolean;

  /** @param of all records, and those that the list shows */
  constructor(of: { all: () => readonly R[]; shown: () => readonly R[] }) {
    this.chosen = $derived(of.all().filter(({ id }) => this.rows.has(id)));
    this.shown = $derived(of.shown().map(({ id }) => id));
    this.whole = $derived(this.shown.length === 0 || coverage(this.shown, this.rows.ids) === 'all');
  }

  /** Ends an action; those for whom it could not be done stay selected, for another attempt. Null: it was not begun. */
  end(left: readonly string[] | null): void {
    this.asked = null;
    if (left === null) return;
    this.rows.clear();
    this.rows.setAll(left, true);
  }
}
