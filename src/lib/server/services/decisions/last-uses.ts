import { noteKeyUses, type KeyUse } from '../../db/tables/key-uses-table';
import type { RequestFacts } from '../write-path/caller';
import { gatheredWrites } from '../write-path/gathered-writes';
import type { Deps } from '../write-path/deps';

/** Notes the time and place of each use of a key, beside the requests and at most once a minute per key (APP-2). */
export type LastUses = {
  /** @param now in milliseconds of the epoch */
  used(keyId: string, request: RequestFacts, now: number): void;
  stop(): Promise<void>;
};

const EVERY_MS = 60_000;
/** Uses of this long are written together. */
const GATHER_MS = 500;
/**
 * Keys that are remembered; beyond, whichever was noted longest ago is written again too soon, which the database
 * refuses.
 */
const MOST_KEYS = 10_000;
const LONGEST_AGENT = 400;

export function lastUses(deps: Deps): LastUses {
  const notedAt = new Map<string, number>();
  let waiting: KeyUse[] = [];
  const writes = gatheredWrites(GATHER_MS, async () => {
    const uses = waiting;
    waiting = [];
    await noteKeyUses(deps.db, uses).catch((error: unknown) => {
      for (const { keyId } of uses) notedAt.delete(keyId);
      deps.log.warn({ err: error }, 'the use of keys could not be noted');
    });
  });
  return {
    used(keyId, { ip, userAgent }, now) {
      if (now - (notedAt.get(keyId) ?? -Infinity) < EVERY_MS) return;
      notedAt.delete(keyId);
      if (notedAt.size >= MOST_KEYS) notedAt.delete(notedAt.keys().next().value!);
      notedAt.set(keyId, now);
      waiting.push({ keyId, at: new Date(now), ip, userAgent: userAgent?.slice(0, LONGEST_AGENT) ?? null });
      writes.soon();
    },
    stop: () => writes.stop()
  };
}
