/**
 * Keys of the rows that are drawn of a long list. A row that comes into view is given the key of one that left it, and
 * with it what stands in the document: to write other words there costs a fraction of making it. As long as a record
 * is drawn, its key stays.
 */
export class RowKeys {
  /** Keys of the rows that are drawn, in the order of the screen. */
  #drawn: readonly { id: string; key: number }[] = [];
  #next = 0;

  /**
   * Keys for these records, in their order.
   * @param kept place, among the rows drawn until now, of one whose key no other record may have, as it has the
   * focus; -1: there is none
   */
  of(ids: readonly string[], kept: number): number[] {
    const stay = new Set(ids);
    const known = new Map(this.#drawn.map(({ id, key }) => [id, key]));
    const left = this.#drawn.filter(({ id }, place) => place !== kept && !stay.has(id));
    // With keys that change places, the smaller part of the rows is moved, and one that is moved loses the focus.
    const focused = this.#drawn[kept];
    const staying = this.#drawn.length - left.length;
    if (focused && stay.has(focused.id) && left.length >= staying) left.length = 0;
    // In the order of the screen, so that as few as possible have to be moved.
    let at = 0;
    this.#drawn = ids.map((id) => ({ id, key: known.get(id) ?? left[at++]?.key ?? this.#next++ }));
    return this.#drawn.map(({ key }) => key);
  }
}
