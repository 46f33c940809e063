import type { AuditEvent } from '../../../core/log/entry';
import type { Refusal } from '../../../core/access/refusal';

/**
 * True if a refusal is a matter of authority: then the attempt is an event. What was merely impossible (taken,
 * changed meanwhile, not there, not well-formed) is an answer and leaves no trace in the log.
 */
export function isDenial(refusal: Refusal): boolean {
  return refusal.code.startsWith('access/') || refusal.code === 'auth/two-factor-required';
}

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
