import type { Refusal } from '../../../core/access/refusal';
import type { RefusedPart } from '../../../core/roles/roles';

/** Denials among the refused parts of an edit, for the log: one refusal per rule that was broken. */
export function denials(parts: readonly RefusedPart[]): Refusal[] {
  const denied = parts.filter((part) => part.code.startsWith('access/'));
  const byCode = new Map(denied.map((part) => [part.code, part]));
  const notHeld = denied.flatMap((part) => (part.code === 'access/not-held' ? part.permissions : []));
  return [...byCode.values()].map((part) =>
    part.code === 'access/not-held' ? { code: part.code, permissions: notHeld } : part
  );
}
