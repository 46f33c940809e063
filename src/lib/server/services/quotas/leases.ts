import { randomUUID } from 'node:crypto';
import type { SubjectType } from '../../../core/quotas/layers';
import { renewLease, subjectOfLease, takeLease } from '../../db/tables/ledger-table';
import type { Deps } from '../write-path/deps';
import { bindingOf, toIso } from './gauges';
import { insist, unlessStale } from './insist';
import { barred, senderOf, type CallerScope, type KeyReused, type LedgerAnswer } from './ledger';
import { readSenderState, type Subject } from './sender-state';

/** A thread of a subject, which ends by itself unless it is renewed (QUO-3). */
export type Lease = Omit<LedgerAnswer, 'units'> & { lease: string | null; expiresAt: string | null };

type LeaseRequest = { subject: Subject; key: string; ttlSeconds: number };

type LedgerDeps = Pick<Deps, 'db'>;

/** Takes a thread for so many seconds. The same key gets the same one while it lives. */
export function lease(
  deps: LedgerDeps,
  caller: CallerScope,
  asked: LeaseRequest
): Promise<Lease | KeyReused> {
  return unlessStale(() => take(deps, caller, asked));
}

async function take(
  { db }: LedgerDeps,
  caller: CallerScope,
  { subject, key, ttlSeconds }: LeaseRequest
): Promise<Lease | KeyReused | 'stale'> {
  const senderState = await insist(() => readSenderState(db, subject));
  const { account, zone, layers, revision, readAt } = senderState;
  if (senderState.bar || account === null) return none(barred(senderState));
  const sender = senderOf(senderState);
  const id = randomUUID();
  const answer = await insist(() =>
    takeLease(db, {
      caller,
      key,
      subject: account,
      id,
      ttlSeconds,
      zone,
      layers: layers.filter(({ layer }) => layer !== 'platform'),
      asked: readAt
    })
  );
  if (answer.outcome === 'stale') return 'stale';
  if (answer.outcome === 'key-reused') return { refused: 'ledger/key-reused' };
  const binding = bindingOf(answer.gauges);
  if (answer.outcome === 'refused')
    return none({ granted: false, units: 0, binding, why: { reason: 'cap' }, revision, sender });
  return { granted: true, lease: answer.id, expiresAt: toIso(answer.expiresAt), binding, revision, sender };
}

/** Keeps a thread for so many seconds from now. A subject that may send nothing any more keeps none. */
export async function renew(
  { db }: LedgerDeps,
  caller: CallerScope,
  { lease: id, ttlSeconds }: { lease: string; ttlSeconds: number }
): Promise<Lease | { refused: 'ledger/expired' }> {
  const account = await insist(() => subjectOfLease(db, caller, id));
  if (account === null) return { refused: 'ledger/expired' };
  const [type, subject] = account.split(':') as [SubjectType, string];
  const senderState = await insist(() => readSenderState(db, { type, id: subject }));
  if (senderState.bar) return none(barred(senderState));
  const { lives, expiresAt } = await insist(() => renewLease(db, { caller, id, ttlSeconds }));
  if (!lives) return { refused: 'ledger/expired' };
  const { revision } = senderState;
  const sender = senderOf(senderState);
  return { granted: true, lease: id, expiresAt: toIso(expiresAt), binding: null, revision, sender };
}

/** Ends a thread. Ending one that is over changes nothing. */
export async function endLease({ db }: LedgerDeps, caller: CallerScope, id: string): Promise<void> {
  await insist(() => renewLease(db, { caller, id, ttlSeconds: null }));
}

function none({ units: _, ...answer }: LedgerAnswer): Lease {
  return { ...answer, lease: null, expiresAt: null };
}
