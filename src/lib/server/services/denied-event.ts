import type { AuditEvent } from '../../core/audit/entry';
import type { Refusal } from '../../core/refusal';

/** The entry of an attempt that was refused (LOG-1). */
export function deniedEvent(
  procedure: string,
  target: { type: string; id: string },
  refusal: Refusal
): AuditEvent {
  const detail =
    refusal.code === 'access/permission-required'
      ? [{ path: 'missing', old: null, new: [refusal.permission] }]
      : refusal.code === 'access/not-held'
        ? [{ path: 'missing', old: null, new: refusal.permissions.slice(0, 100) }]
        : [];
  return {
    action: 'access.denied',
    target: { ...target, name: null },
    outcome: 'denied',
    reason: refusal.code,
    change: [{ path: 'procedure', old: null, new: procedure }, ...detail]
  };
}
