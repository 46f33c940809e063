import { rangeBetween } from './selected-rows';

/** Selected rows of the list (ADM-10, TEN-8). What is filtered away stays selected; what is gone is let go. */
export class RowSelection {
  #ids = $state.raw<ReadonlySet<string>>(new Set());
  /** Start of a range: the row touched last. */
  #anchor: string | null = null;

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /**
   * Selects or lets go a row; with `extend`, all from the row touched last to this one.
   * @param shown the ids of the list in the order of the screen
   */
  set(id: string, on: boolean, options: { shown: readonly string[]; extend?: boolean }): void {
    const range = options.extend ? rangeBetween(options.shown, this.#anchor, id) : [id];
    this.#anchor = id;
    this.setAll(range, on);
  }

  setAll(ids: readonly string[], on: boolean): void {
    const next = new Set(this.#ids);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    this.#ids = next;
  }

  clear(): void {
    if (this.#ids.size > 0) this.#ids = new Set();
    this.#anchor = null;
  }
}
