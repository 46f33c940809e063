import type { AuditEvent } from '../../../core/log/entry';
import type { AuditAction } from '../../../core/log/actions';

// Ids per entry so that the longest possible ids fit the 64 KiB of a body.
const IDS_PER_ENTRY = 400;

/**
 * The events of a change of permissions. `old` lists what was taken away, `new` what was given: the difference, not the
 * whole role, split so that each entry stays small.
 */
export function grantEvents(
  action: AuditAction,
  target: AuditEvent['target'],
  granted: readonly string[],
  revoked: readonly string[],
  fields: NonNullable<AuditEvent['change']>
): AuditEvent[] {
  const all = [...granted.map((id) => ({ id, on: true })), ...revoked.map((id) => ({ id, on: false }))];
  const events: AuditEvent[] = [];
  for (let at = 0; at === 0 || at < all.length; at += IDS_PER_ENTRY) {
    const part = all.slice(at, at + IDS_PER_ENTRY);
    const change = at === 0 ? [...fields] : [];
    if (part.length > 0)
      change.push({
        path: 'permissions',
        old: part.filter((cell) => !cell.on).map((cell) => cell.id),
        new: part.filter((cell) => cell.on).map((cell) => cell.id)
      });
    events.push({ action, target, outcome: 'success', change });
  }
  return events;
}
