import { isDeepStrictEqual } from 'node:util';
import type { PlatformCell, SenderCell } from '../src/lib/documents/cells';
import { LiveGauges } from '../src/lib/server/services/quotas/live-gauges';
import type { Deps } from '../src/lib/server/services/write-path/deps';
import { scoped } from '../src/lib/server/services/write-path/scope';
import type { Reader } from './reader';

/** Gauges of one account; no cell: it is nobody's, or not for whoever asked. */
export type OwnGauges = { cell: SenderCell | undefined; platform: PlatformCell };

/** State of an account that a user reads, as the look at everybody’s gauges has it. */
export type Hint = OwnGauges & { reader: Reader; account: string };

type Known = { said: OwnGauges; seen: OwnGauges };

/** Users that are looked at side by side: connections of the pool are for others, too. */
const BESIDE = 4;

/**
 * Gauges of users, as the database shows them to each of them (TEN-3). The look at everybody's says when something of
 * a user's moved; what the user is shown is read again then, with that user's rows alone. So whoever moves costs a
 * look of their own, and nobody else does.
 */
export class UserGauges {
  readonly #deps: Deps;
  /** Gauges by who reads and whose they are: of what was said it was read. */
  #known: ReadonlyMap<string, Known> = new Map();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Gauges for each hint, in their order; null: they could not be read now, which keeps nobody else from theirs. One
   * call at a time.
   */
  async look(hints: readonly Hint[]): Promise<(OwnGauges | null)[]> {
    const known = new Map<string, Known>();
    const wanted = [...new Map(hints.map((hint) => [keyOf(hint), hint]))];
    const next = async (): Promise<void> => {
      for (let each = wanted.pop(); each; each = wanted.pop()) {
        const [key, hint] = each;
        const said = { cell: hint.cell, platform: hint.platform };
        const before = this.#known.get(key);
        // What was not there is looked for again: nothing says when it is.
        const isSame = before?.seen.cell !== undefined && isDeepStrictEqual(before.said, said);
        const seen = isSame ? before.seen : await this.#read(hint);
        // Not kept: what was said is read again with the next look.
        if (seen) known.set(key, { said, seen });
      }
    };
    await Promise.all(Array.from({ length: BESIDE }, next));
    this.#known = known;
    return hints.map((hint) => known.get(keyOf(hint))?.seen ?? null);
  }

  /** Reads them anew, in one transaction of the reader's; null where that fails. */
  async #read({ reader, account }: Hint): Promise<OwnGauges | null> {
    const { db } = scoped(this.#deps, { kind: reader.kind, personId: reader.id, step: 'ready' });
    try {
      const { cells, platform } = await db.transaction((tx) =>
        new LiveGauges({ db: tx }).look({ everybody: false, own: [account] }, 0)
      );
      return { cell: cells.get(account), platform };
    } catch (error) {
      this.#deps.log.warn({ err: error, account }, 'gauges of a user could not be read');
      return null;
    }
  }
}

function keyOf({ reader, account }: Hint): string {
  return `${reader.id} ${account}`;
}
