/** @typedef {{ rule: string, seq: number | null, text: string }} Finding */

/** Findings in the order in which they were met, and remarks that are merely worth saying. */
export class Findings {
  /** @type {Finding[]} */
  problems = [];
  /** @type {string[]} */
  remarks = [];
  /** @type {Map<string, number>} */
  #counts = new Map();

  /**
   * Notes a problem. Of each rule only the first few are kept: one change makes every later link of the chain wrong.
   * @param {string} rule @param {number | null} seq @param {string} text
   */
  problem(rule, seq, text) {
    const count = (this.#counts.get(rule) ?? 0) + 1;
    this.#counts.set(rule, count);
    if (count <= 3) this.problems.push({ rule, seq, text });
  }

  /** @param {string} text */
  remark(text) {
    if (this.remarks.length < 20) this.remarks.push(text);
  }

  /** Number of problems of each rule. @returns {ReadonlyMap<string, number>} */
  get counts() {
    return this.#counts;
  }

  /** The number of the first entry that is wrong; null when none is, or what is wrong belongs to no entry. */
  get first() {
    const numbers = this.problems.map(({ seq }) => seq).filter((seq) => seq !== null);
    return numbers.length > 0 ? Math.min(...numbers) : null;
  }
}
