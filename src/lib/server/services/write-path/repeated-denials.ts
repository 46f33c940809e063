import { v7 as uuidv7 } from 'uuid';
import { canonicalJson } from '../../../core/log/canonical-json';
import type { AuditEvent } from '../../../core/log/entry';
import { sha256 } from '../../auth/token';
import { countDenial, endDenials, endDenialsOf, type CountedDenials } from '../../db/tables/denials-table';
import { auditedTransaction, type AuditedTransaction } from '../../db/driver/transaction';
import type { Deps } from './deps';
import { LONGEST_AGENT, writeEntry, type RecordedBy } from './write-entry';

/**
 * Records a denied attempt, so that nobody fills the log with it (LOG-6): the first is an entry at once, equal ones
 * of the minute that follows are counted with it and become one more when it is over. Returns the id of the first
 * one's entry.
 * @param times how many equal ones there were since the last call
 */
export async function recordDenial(
  tx: AuditedTransaction,
  by: RecordedBy,
  event: AuditEvent,
  times = 1
): Promise<string> {
  const { actor } = by;
  const request = { ...by.request, userAgent: by.request.userAgent?.slice(0, LONGEST_AGENT) ?? null };
  const administratorId = actor.id ?? actor.type;
  // In a user's place they are counted apart, or one more as oneself would take the user's name from all of them.
  const whose = [administratorId, ...(actor.onBehalfOf ? [actor.onBehalfOf.id] : [])].join();
  const kind = kindOf(whose, event);
  const entry = uuidv7();
  for (const block of await endDenialsOf(tx, kind, whose)) await writeRepeats(tx, block);
  const counted = await countDenial(tx, {
    kind,
    whose,
    administratorId,
    entry,
    actor,
    request,
    event,
    times
  });
  if (counted.isFirst) await writeEntry(tx, by, event, [], entry);
  return counted.first;
}

/**
 * Writes what was counted in minutes that are over, whichever process counted it. Returns how many entries that
 * made.
 */
export async function endRepeatedDenials(deps: Pick<Deps, 'db'>): Promise<number> {
  let written = 0;
  for (;;) {
    const [ended, entries] = await auditedTransaction(deps.db, async (tx) => {
      const blocks = await endDenials(tx);
      const repeated = blocks.filter(({ repeats }) => repeats > 0);
      for (const block of repeated) await writeRepeats(tx, block);
      return [blocks.length, repeated.length];
    });
    written += entries!;
    if (ended === 0) return written;
  }
}

/**
 * Hash that equal denials share: who, what, why, and over whom or what, as far as that was looked at. Without the
 * permission a target can be anything, and there would be as many kinds as somebody likes to make up.
 */
function kindOf(whose: string, { target, reason, change = [] }: AuditEvent): string {
  const over = reason === 'access/permission-required' ? null : [target.type, target.id];
  const facts = change.map(({ path, new: value }) => [path, value]);
  return sha256(canonicalJson([whose, reason ?? null, over, facts])).toString('hex');
}

async function writeRepeats(tx: AuditedTransaction, block: CountedDenials): Promise<void> {
  const { actor, request, event, repeats, until } = block;
  if (repeats === 0) return;
  const denied: AuditEvent = event ?? {
    action: 'access.denied',
    target: { type: actor.type, id: block.administratorId, name: actor.name },
    outcome: 'denied'
  };
  await writeEntry(
    tx,
    { actor, request },
    {
      ...denied,
      action: 'access.denied_again',
      change: [
        { path: 'times', old: null, new: repeats },
        { path: 'until', old: null, new: until.toISOString() },
        ...(denied.change ?? [])
      ]
    },
    []
  );
}
