import type { Refusal } from '$lib/core/access/refusal';

export type HolderList = {
  total: number;
  roles: { id: string; name: string; members: number }[];
  owner: boolean;
};

/** State of the answer: nothing is claimed before it is known. */
export type HoldersState =
  | { state: 'loading' }
  | { state: 'known'; list: HolderList }
  | { state: 'refused'; refusal: Refusal }
  | { state: 'failed' };

type Options = {
  fetch: (permission: string) => Promise<HolderList>;
  refusalOf: (error: unknown) => Refusal | null;
};

/** Rests before asking, so that walking down the tree asks only where one stays. */
const REST = 180;

/** "Who has this?", asked of the server for one permission after another (ROL-10). */
export class Holders {
  #states = $state.raw<ReadonlyMap<string, HoldersState>>(new Map());
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  of(permission: string): HoldersState {
    return this.#states.get(permission) ?? { state: 'loading' };
  }

  /** Asks again, since what others hold changes; what was known stays on screen meanwhile. Returns the way to stop. */
  ask(permission: string): () => void {
    let stopped = false;
    const timer = setTimeout(async () => {
      const answer = await this.#answer(permission);
      if (stopped || (answer.state === 'failed' && this.of(permission).state === 'known')) return;
      this.#states = new Map(this.#states).set(permission, answer);
    }, REST);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }

  async #answer(permission: string): Promise<HoldersState> {
    try {
      return { state: 'known', list: await this.#options.fetch(permission) };
    } catch (error) {
      const refusal = this.#options.refusalOf(error);
      return refusal ? { state: 'refused', refusal } : { state: 'failed' };
    }
  }
}
