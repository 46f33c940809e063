import { isPending, type OutboxRecord, type Records } from '$lib/client/outbox/record';

/** True if a restore that was pending in what is kept of a role has changed it since, whole or in part. */
export function restoreLanded(before: Records, after: Records): boolean {
  return before.some((record) => isRestore(record) && isPending(record) && hasLanded(record, after));
}

function isRestore({ change }: OutboxRecord): boolean {
  if (change.kind !== 'command') return false;
  return change.procedure === 'roles.restore' || change.procedure === 'userRoles.restore';
}

function hasLanded({ op, stage }: OutboxRecord, after: Records): boolean {
  const now = after.find((record) => record.op === op)?.stage;
  // Another tab saw it land and let go of it; one that was never sent was taken back.
  if (!now) return stage.is === 'sent';
  return now.is === 'landed' || (now.is === 'refused' && now.partly === true);
}
