import { addTextTokens, BLOCK_SIZE, blockOf, factTokens, idToken } from '../../../../core/log/log-tokens';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { readToldAfter } from '../../../db/log/exported-rows';
import {
  blocksToMake,
  factsOfBlocks,
  insertFacts,
  writeBlocks,
  type LogBlock,
  type LogIndexState,
  type StoredFacts
} from '../../../db/log/log-index-table';
import type { AuditedTransaction } from '../../../db/driver/transaction';
import type { Deps } from '../../write-path/deps';
import { packagesTold, rolesTold } from '../wording/names-told';
import { logFacts, wholeIds } from './log-facts';

/** The time of a block from which everything was pruned. */
const NEVER = '-infinity';
/** Made in one transaction. */
const BLOCKS_AT_ONCE = 32;
const BACKLOG_AT_ONCE = BLOCKS_AT_ONCE * BLOCK_SIZE;

type Numbered = { seq: number; n: number; doc: EntryDoc; personalData: Uint8Array | null };

/**
 * Brings what the log is searched by up to the last number, in the transaction that gave it: whoever is told of an
 * entry finds it. Where entries are missing before these (an installation from before there was an index, or an
 * index that was emptied), the oldest come first.
 * @returns whether some are left for another time
 */
export async function indexLog(
  deps: Deps,
  tx: AuditedTransaction,
  index: LogIndexState,
  numbered: readonly Numbered[],
  head: number
): Promise<boolean> {
  const follows = index.last + numbered.length === head;
  const rows = follows ? numbered : await readToldAfter(tx, index.last, BACKLOG_AT_ONCE);
  const docs = rows.map(({ doc }) => doc);
  const known = {
    catalogue: deps.catalogue,
    roleName: await rolesTold(tx, docs),
    packageName: await packagesTold(tx, docs)
  };
  await insertFacts(
    tx,
    rows.map((row) => logFacts(known, row))
  );
  const to = rows.at(-1)?.seq ?? index.last;
  if (!index.unknown && blockOf(to + 1) <= index.blocks) return false;
  const wanted = await blocksToMake(tx, to, BLOCKS_AT_ONCE);
  const isBacklog = wanted.length === BLOCKS_AT_ONCE;
  if (wanted.length > 0)
    await writeBlocks(tx, blocksOf(wanted, await factsOfBlocks(tx, wanted)), isBacklog ? 'many' : 'few');
  return (!follows && rows.length === BACKLOG_AT_ONCE) || isBacklog;
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
