import { factTokens, searchable, termTokens } from '../../../../core/log/log-tokens';
import { DatabaseUnavailable } from '../../../db/driver/transaction';
import { eraseNext, erasuresDue, type ErasureDue } from '../../../db/log/erasures-table';
import type { Deps } from '../../write-path/deps';

/** Milliseconds between two looks for what is to be erased. */
const EVERY_MS = 2000;
/** Erasures looked at in one go; of more, each has its turn. */
const AT_ONCE = 100;
/**
 * Blocks of 64 entries in one transaction: the sequencer waits for what is deleted of them, some tens of
 * milliseconds.
 */
const BLOCKS = 32;
/** A part of an erasure may take so long, whatever the database allows others: behind a busy sequencer it waits. */
const MOST_MS = 60_000;

/**
 * Erases from the log what is to be erased, apart from all other upkeep: in small parts, resumed where it was left
 * by whichever process looks next. Whoever asked for it does not wait.
 */
export function startErasing(deps: Deps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    running = eraseDue(deps, stopping.signal).finally(() => (isBusy = false));
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    }
  };
}

/** Does what can be done now. One that fails keeps no other from its end. */
export async function eraseDue(deps: Deps, stopping?: AbortSignal): Promise<void> {
  try {
    for (const due of await erasuresDue(deps.db, AT_ONCE)) await eraseWhole(deps, due, stopping);
  } catch (error) {
    deps.log.warn({ err: error }, 'personal data could not be erased from the log, it is tried again');
  }
}

async function eraseWhole(deps: Deps, due: ErasureDue, stopping?: AbortSignal): Promise<void> {
  const tokens = tokensOf(due);
  try {
    for (;;) {
      if (stopping?.aborted) return;
      const state = await eraseNext(deps.db, due, tokens, { blocks: BLOCKS, ms: MOST_MS });
      if (state === null || state.ended) return;
    }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error;
    deps.log.warn(
      { err: error, person: due.person },
      'personal data of somebody could not be erased from the log, it is tried again'
    );
  }
}

/**
 * Tokens that a block of the log's index holds if it has anything of this person: what they did, what was done to
 * them, tries with their addresses.
 */
export function tokensOf({ person, emails }: Pick<ErasureDue, 'person' | 'emails'>): number[][] {
  return [
    factTokens({ actor: person }),
    factTokens({ target: person }),
    ...emails.map((email) => termTokens(searchable(email)))
  ];
}
