import { inclusionRanges } from '../../../../core/log/proof';
import { foldSubtrees, placesOf, type NodePlace } from '../../../../core/log/tree';
import { sha256 } from '../../../auth/token';
import type { Queryable } from '../../../db/driver/client';
import { readNodes } from '../../../db/log/tree-table';

/** Nodes from this level up are kept: of a million entries there are a few hundred, and every proof needs some. */
const KEPT_LEVEL = 12;

/** Proofs that entries are in the tree of one size, for many entries together: neighbours share most of their nodes. */
export class InclusionProofs {
  readonly #size: number;
  readonly #kept = new Map<string, Uint8Array>();

  constructor(size: number) {
    this.#size = size;
  }

  /**
   * The proofs of these entries, in their order.
   * @throws Error when the stored tree lacks a node
   */
  async of(tx: Queryable, numbers: readonly number[]): Promise<Uint8Array[][]> {
    const paths = numbers.map((seq) => inclusionRanges(seq - 1, this.#size).map(placesOf));
    const hashes = await this.#read(tx, paths.flat(2));
    return paths.map((path) =>
      path.map((places) =>
        foldSubtrees(
          sha256,
          places.map((place) => hashes.get(nameOf(place))!)
        )
      )
    );
  }

  async #read(tx: Queryable, places: readonly NodePlace[]): Promise<Map<string, Uint8Array>> {
    const hashes = new Map(this.#kept);
    const wanted = new Map(places.map((place) => [nameOf(place), place]));
    for (const name of hashes.keys()) wanted.delete(name);
    const read = await readNodes(tx, [...wanted.values()]);
    if (read === null) throw new Error('the tree of the log lacks a node');
    let at = 0;
    for (const [name, { level }] of wanted) {
      const hash = read[at++]!;
      hashes.set(name, hash);
      if (level >= KEPT_LEVEL) this.#kept.set(name, hash);
    }
    return hashes;
  }
}

function nameOf({ level, idx }: NodePlace): string {
  return `${level}:${idx}`;
}
