import { addTextTokens, BLOCK_SIZE, blockOf, factTokens, idToken } from '../../../../core/log/log-tokens';
import type { Queryable } from '../../../db/driver/client';
import { pipelined } from '../../../db/driver/pipelined';
import { declareAudited, type AuditedTransaction } from '../../../db/driver/transaction';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { readToldAfter } from '../../../db/log/exported-rows';
import {
  blocksToMake,
  factsOfBlocks,
  insertFacts,
  readLogIndex,
  writeBlocks,
  type LogBlock,
  type LogFacts,
  type LogIndexState,
  type StoredFacts
} from '../../../db/log/log-index-table';
import { readHead, trySequencerLock } from '../../../db/log/sequence-table';
import type { Deps } from '../../write-path/deps';
import { packagesTold, rolesTold } from '../wording/names-told';
import { logFacts, wholeIds } from './log-facts';

/** The time of a block from which everything was pruned. */
const NEVER = '-infinity';
/** Made in one transaction. */
const BLOCKS_AT_ONCE = 32;
const BACKLOG_AT_ONCE = BLOCKS_AT_ONCE * BLOCK_SIZE;

type Numbered = { seq: number; n: number; doc: EntryDoc; personalData: Uint8Array | null };

/** Facts of entries, for the transaction that numbers them: whoever is told of an entry finds it. */
export async function factsOf(deps: Deps, tx: Queryable, entries: readonly Numbered[]): Promise<LogFacts[]> {
  const docs = entries.map(({ doc }) => doc);
  const known = {
    catalogue: deps.catalogue,
    roleName: await rolesTold(tx, docs),
    packageName: await packagesTold(tx, docs)
  };
  return entries.map((entry) => logFacts(known, entry));
}

/** True if what the log is searched by lacks something up to this number: facts, or a block that is full. */
export function isIndexBehind({ last, blocks, unknown }: LogIndexState, head: number): boolean {
  return unknown || last < head || blockOf(head + 1) > blocks;
}

/**
 * Brings what the log is searched by up to the last number, as the one sequencer and in a transaction of its own:
 * nobody who waits for a document waits for it (decision 0067). Where facts are missing (of an installation from before
 * there was an index, or of an index that was emptied), the oldest come first.
 * @returns whether some are left for another time
 */
export async function indexLog(deps: Deps): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    // Not of one snapshot: what is read after the lock was written by whoever had it before.
    const [isOurs, , index, head] = await pipelined([
      trySequencerLock(tx),
      declareAudited(tx),
      readLogIndex(tx),
      readHead(tx)
    ]);
    if (!isOurs || !head) return false;
    return catchUp(deps, Object.assign(tx, { audited: true as const }), index.last);
  });
}

async function catchUp(deps: Deps, tx: AuditedTransaction, last: number): Promise<boolean> {
  const rows = await readToldAfter(tx, last, BACKLOG_AT_ONCE);
  await insertFacts(tx, await factsOf(deps, tx, rows));
  const wanted = await blocksToMake(tx, rows.at(-1)?.seq ?? last, BLOCKS_AT_ONCE);
  const isBacklog = wanted.length === BLOCKS_AT_ONCE;
  if (wanted.length > 0)
    await writeBlocks(tx, blocksOf(wanted, await factsOfBlocks(tx, wanted)), isBacklog ? 'many' : 'few');
  return rows.length === BACKLOG_AT_ONCE || isBacklog;
}

/** Contents of each block for the index, from the facts that are left of the block. */
function blocksOf(wanted: readonly number[], facts: readonly StoredFacts[]): LogBlock[] {
  const byBlock = new Map<number, StoredFacts[]>(wanted.map((block) => [block, []]));
  for (const each of facts) byBlock.get(blockOf(each.seq))?.push(each);
  return [...byBlock].map(([block, held]) => {
    const times = held.map(({ at }) => at).sort();
    return {
      block,
      minAt: times[0] ?? NEVER,
      maxAt: times.at(-1) ?? NEVER,
      counts: countsOf(held),
      tokens: tokensOf(held)
    };
  });
}

function tokensOf(facts: readonly StoredFacts[]): number[] {
  const tokens = new Set<number>();
  for (const each of facts) {
    for (const token of factTokens(each)) tokens.add(token);
    for (const id of wholeIds(each.ids)) tokens.add(idToken(id));
    addTextTokens(each.words, tokens);
    addTextTokens(each.personal, tokens);
  }
  return [...tokens];
}

function countsOf(facts: readonly StoredFacts[]): LogBlock['counts'] {
  const counts: LogBlock['counts'] = {};
  for (const { view, outcome } of facts) {
    const [ok, failed] = counts[view] ?? [0, 0];
    counts[view] = outcome === 'success' ? [ok + 1, failed] : [ok, failed + 1];
  }
  return counts;
}
