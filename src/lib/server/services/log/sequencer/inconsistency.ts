import { SUPER_ADMINISTRATOR } from '../../../../core/access/catalogue';
import type { AuditChange, AuditEvent } from '../../../../core/log/entry';
import { findOwner, membersOf } from '../../../db/tables/administrators-table';
import { happenedWithin, isInLog } from '../../../db/log/log-table';
import { notifyAuthority, type AuthoritySubject } from '../../../db/driver/notify';
import { auditedTransaction, type AuditedTransaction } from '../../../db/driver/transaction';
import { lockFindings } from '../../../db/log/witness-table';
import { record, SYSTEM, systemRequest } from '../../write-path/audit';
import type { Deps } from '../../write-path/deps';
import { sendNotices, type Notice } from '../../write-path/notices';

/** That the log is not the one that a witness saw. */
export type Finding = {
  /** Finder of the inconsistency. */
  by: 'browser' | 'file' | 'sequencer';
  /** Number of entries that were seen, and number there are now. */
  seen: number;
  now: number;
  /** Evidence of the inconsistency: the same evidence is recorded once, whoever shows it. */
  evidence: AuditChange & { old: string | number };
};

type Consequences = { events: AuditEvent[]; notices: Notice[]; authority: AuthoritySubject[] };

const NOTHING: Consequences = { events: [], notices: [], authority: [] };
const MOST_SUPERS = 1000;
/**
 * Every browser that saw the log shows a checkpoint of its own: each is evidence, and all are one finding. Who is
 * told, is told of it once a day.
 */
const TOLD_AGAIN_HOURS = 24;

/** Consequences of a finding; none when this evidence is in the log already. */
export async function consequencesOf(tx: AuditedTransaction, finding: Finding): Promise<Consequences> {
  const { by, seen, now, evidence } = finding;
  await lockFindings(tx);
  if (await isInLog(tx, 'audit.inconsistent', { path: evidence.path, old: evidence.old })) return NOTHING;
  const isTold = await happenedWithin(tx, 'audit.inconsistent', TOLD_AGAIN_HOURS);
  const notices = isTold ? [] : await noticesOf(tx, finding);
  const event: AuditEvent = {
    action: 'audit.inconsistent',
    target: { type: 'log', id: 'log', name: null },
    outcome: 'error',
    reason: by,
    change: [{ path: 'size', old: seen, new: now }, ...(evidence.path === 'size' ? [] : [evidence])]
  };
  return { events: [event], notices, authority: notices.map(({ to }) => `person:${to.id}` as const) };
}

/** Records what the program itself found, and tells whom it concerns. */
export async function recordFinding(deps: Deps, finding: Finding): Promise<void> {
  await auditedTransaction(deps.db, async (tx) => {
    const { events, notices, authority } = await consequencesOf(tx, finding);
    for (const event of events)
      await record(tx, { actor: SYSTEM, request: systemRequest('witness') }, event, []);
    await sendNotices(tx, notices);
    await notifyAuthority(tx, authority);
  });
}

/** The owner hears of it by mail as well. */
async function noticesOf(tx: AuditedTransaction, { by, seen, now }: Finding): Promise<Notice[]> {
  const owner = await findOwner(tx);
  const supers = (await membersOf(tx, SUPER_ADMINISTRATOR, MOST_SUPERS)).filter(
    ({ id, status }) => status === 'active' && id !== owner?.id
  );
  const said = {
    kind: 'log-inconsistent' as const,
    data: { found: by, seen: String(seen), now: String(now) }
  };
  return [
    ...(owner ? [{ to: owner, ...said }] : []),
    ...supers.map((to) => ({ to, ...said, onScreenAlone: true }))
  ];
}
