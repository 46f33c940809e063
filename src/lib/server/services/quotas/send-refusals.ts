import { sendRefusal } from '../../../core/quotas/send-refusal';
import {
  addRefusals,
  readRefusals,
  type KnownRefusals,
  type RefusalsOf
} from '../../db/tables/send-refusals-table';
import { ask } from '../write-path/ask';
import { gatheredWrites } from '../write-path/gathered-writes';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { toIso } from './gauges';
import type { LedgerAnswer } from './ledger';
import { viewBarred } from './view-usage';

/** Refusals to send, with their reasons (QUO-6): counted in memory, so that no refusal is a write of its own. */
export type SendRefusals = {
  /** Notes what an ask for so many recipients came to, if it was refused. */
  heard(answer: Omit<LedgerAnswer, 'units'>, asked: number): void;
  stop(): Promise<void>;
};

const EVERY_MS = 2000;
/** Accounts and reasons that are gathered between two writes; further ones are not noted. */
const MOST_GATHERED = 5000;
/** Lines that are told of, those of the latest refusals. */
const MOST_TOLD = 500;

export function sendRefusals(deps: Pick<Deps, 'db' | 'log'>, everyMs = EVERY_MS): SendRefusals {
  let heard = new Map<string, RefusalsOf>();
  const writes = gatheredWrites(everyMs, async () => {
    const gathered = heard;
    heard = new Map();
    await addRefusals(deps.db, [...gathered.values()]).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'who was refused to send could not be noted')
    );
  });
  return {
    heard({ why, binding, sender: { account } }, asked) {
      const refusal = why ? sendRefusal(why.reason, binding) : null;
      if (!refusal || account === null) return;
      const key = JSON.stringify([account, refusal]);
      const known = heard.get(key);
      if (!known && heard.size >= MOST_GATHERED) return;
      heard.set(key, {
        ...{ account, ...refusal },
        asks: (known?.asks ?? 0) + 1,
        units: (known?.units ?? 0) + asked
      });
      writes.soon();
    },
    stop: () => writes.stop()
  };
}

/** Refusals of the last 24 hours, by sender and reason. */
export function readSendRefusals(
  deps: Deps,
  caller: Caller,
  { ids }: { ids?: string[] | undefined }
): Promise<RefusalOr<KnownRefusals[]>> {
  return ask<KnownRefusals[]>(deps, caller, { name: 'caps.refusals', permission: null }, async (actor) => {
    const refused = viewBarred(actor, ids ?? null);
    if (refused) return { refused };
    const known = await readRefusals(deps.db, ids ?? null, MOST_TOLD);
    return { answer: known.map((each) => ({ ...each, lastAt: toIso(each.lastAt) })) };
  });
}
