import { createHash, randomUUID } from 'node:crypto';
import type { Binding } from '../../../core/quotas/binding';
import { peekLedger } from '../../db/tables/ledger-table';
import type { Deps } from '../write-path/deps';
import { bindingOf, refusalOf, toIso } from './gauges';
import { insist, unlessStale } from './insist';
import { singleAsks, type AskBatcher } from './merged-asks';
import { readSenderState, type Bar, type SenderState, type Subject } from './sender-state';

/** Reason nothing was granted; `cap`: the binding one has too little left. */
export type WhyNot = { reason: 'cap' } | Bar;

/** Answer to an ask. A refusal charges nothing. */
export type LedgerAnswer = {
  granted: boolean;
  /** Recipients that were charged or held. */
  units: number;
  /**
   * The cap with the smallest remaining one, after the charge; of a refusal, the one that refused. Null: none
   * limits, or a bar is in the way.
   */
  binding: Binding | null;
  /** Absent when granted. */
  why?: WhyNot;
  /** The number of the newest entry of the log that this was judged by. */
  revision: number;
  /** Sender, with the time zone of its days: for whoever words the refusal. */
  sender: Pick<SenderState, 'account' | 'name' | 'zone' | 'passUnknown'>;
};

export type Reservation = LedgerAnswer & {
  /** Null when refused. */
  reservation: string | null;
  expiresAt: string | null;
};

/** The same key came with another payload. */
export type KeyReused = { refused: 'ledger/key-reused' };
/** Refusal of a spent key: what it was granted was given back, and it grants nothing any more. */
export type KeySpent = { refused: 'ledger/released' | 'ledger/expired' };

/** Keys are their caller's own. */
export type CallerScope = string;

export type UnitsRequest = { subject: Subject; units: number; key: string; partial?: boolean | undefined };

type LedgerDeps = Pick<Deps, 'db'>;
/** `batcher`: what puts asks together that wait at the same moment; without one each is asked alone. */
export type AskingDeps = LedgerDeps & { batcher?: AskBatcher };

/**
 * Charges units to every layer of a subject, or none (QUO-4). Asked again with the same key, it gives the same
 * answer.
 */
export async function consume(
  deps: AskingDeps,
  caller: CallerScope,
  asked: UnitsRequest
): Promise<LedgerAnswer | KeyReused | KeySpent> {
  const answer = await unlessStale(() => take(deps, caller, asked, null));
  if ('refused' in answer) return answer;
  const { reservation: _, expiresAt: __, ...charged } = answer;
  return charged;
}

/** Holds units for so many seconds: they count at once, and come back by themselves unless they are committed. */
export function reserve(
  deps: AskingDeps,
  caller: CallerScope,
  asked: UnitsRequest & { ttlSeconds: number }
): Promise<Reservation | KeyReused | KeySpent> {
  return unlessStale(() => take(deps, caller, asked, asked.ttlSeconds));
}

/** Answers as `consume` would; nothing is written. */
export async function peek(
  deps: LedgerDeps,
  { subject, units }: { subject: Subject; units: number }
): Promise<LedgerAnswer> {
  const senderState = await insist(() => readSenderState(deps.db, subject));
  if (senderState.bar) return barred(senderState);
  const { zone, layers, revision } = senderState;
  const gauges = await insist(() => peekLedger(deps.db, { units, zone, layers }));
  const counted = gauges.filter(({ cap }) => cap !== 'threads');
  const least = bindingOf(counted);
  const fits = least === null || least.remaining === 'unlimited' || least.remaining >= units;
  const granted = fits && counted.every(({ next = null }) => next === null);
  const binding = granted ? least : refusalOf(counted, units);
  return {
    ...{ granted, units: granted ? units : 0, binding, revision, sender: senderOf(senderState) },
    ...(granted ? {} : { why: { reason: 'cap' } })
  };
}

async function take(
  { db, batcher = singleAsks(db) }: AskingDeps,
  caller: CallerScope,
  { subject, units, key, partial = false }: UnitsRequest,
  ttlSeconds: number | null
): Promise<Reservation | KeyReused | KeySpent | 'stale'> {
  const senderState = await batcher.senderStateOf(subject);
  if (senderState.bar) return { ...barred(senderState), reservation: null, expiresAt: null };
  const { account, zone, layers, revision, readAt } = senderState;
  const sender = senderOf(senderState);
  const hash = createHash('sha256')
    .update(JSON.stringify([account, units, partial, ttlSeconds]))
    .digest();
  const id = randomUUID();
  const ask = { caller, key, hash, id, units, partial, ttlSeconds, zone, layers, asked: readAt };
  const answer = await batcher.charge(ask);
  if (answer.outcome === 'stale') return 'stale';
  if (answer.outcome === 'key-reused') return { refused: 'ledger/key-reused' };
  if (answer.outcome === 'released' || answer.outcome === 'expired')
    return { refused: `ledger/${answer.outcome}` };
  if (answer.outcome === 'refused')
    return {
      ...{ granted: false, units: 0, binding: refusalOf(answer.gauges, partial ? 1 : units) },
      ...{ why: { reason: 'cap' }, revision, sender },
      ...{ reservation: null, expiresAt: null }
    };
  return {
    ...{
      granted: true,
      units: answer.units,
      binding: bindingOf(answer.gauges),
      revision: answer.revision,
      sender
    },
    ...{ reservation: ttlSeconds === null ? null : answer.id, expiresAt: toIso(answer.expiresAt) }
  };
}

/** The answer to somebody who may send nothing. */
export function barred(senderState: SenderState): LedgerAnswer {
  const { bar, revision } = senderState;
  const answer = { granted: false, units: 0, binding: null, revision, sender: senderOf(senderState) };
  return bar ? { ...answer, why: bar } : answer;
}

export function senderOf({ account, name, zone, passUnknown = false }: SenderState): LedgerAnswer['sender'] {
  return { account, name, zone, ...(passUnknown ? { passUnknown } : {}) };
}
