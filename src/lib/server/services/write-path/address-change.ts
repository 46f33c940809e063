import type { AuditChange, AuditEvent } from '../../../core/log/entry';

/** Changes of a record for the log, with email addresses kept apart, where they can be erased (LOG-7). */
export function withoutAddresses(change: readonly AuditChange[]): Pick<AuditEvent, 'change' | 'personal'> {
  const email = change.find(({ path }) => path === 'email');
  if (!email) return { change: [...change] };
  return {
    change: change.map((one) => (one === email ? { path: 'email', old: null, new: null } : one)),
    personal: { oldEmail: String(email.old), newEmail: String(email.new) }
  };
}
