import {
  requestedChangeIn,
  type Handover,
  type HandoverEnd,
  type Present
} from '$lib/shared/pending-edits/handovers.svelte';
import { changeOf } from '$lib/client/outbox/requested-change';
import type { Change, Subject } from '$lib/client/outbox/record';
import { requestWords, reasonWords, type Known } from '$lib/shared/pending-edits/record-words';
import { counted } from '$lib/ui/counted';

/** A hand-over as a device keeps a change. */
export function handedChange(handover: Handover): { subject: Subject; label: string; change: Change } {
  return { ...changeOf(requestedChangeIn(handover)), label: handover.subject.name ?? handover.label };
}

/** Change that is asked for, in words: "Tick Contacts › Export". */
export function handoverAsks(handover: Handover, known: Known): string {
  return requestWords(handedChange(handover), known);
}

/** Part of the change that is already the case, in words; null where none is. */
export function presentWords(handover: Handover, present: Present): string | null {
  const { change } = handedChange(handover);
  if (change.kind !== 'edit') return null;
  const parts = Object.entries(change.parts);
  const done = parts.filter(([key, { value }]) => present.value(key) === value);
  if (done.length === parts.length) return 'This is already the case.';
  return done.length > 0 ? `${counted(done.length)} of ${counted(parts.length)} are already the case.` : null;
}

/** Reason an attempt came to nothing; null when it did not. */
export function endProblem(end: HandoverEnd, subject: Subject, known: Known): string | null {
  if (end === 'done') return null;
  if (end === 'kept') return 'Saved on this device until you’re back online.';
  if (end === 'lost') return 'The server didn’t respond. Check your connection, then try again.';
  const [first, ...rest] = end.refused;
  if (!first) return null;
  const { title, text } = reasonWords(subject, first, known);
  return `${title}. ${text}${rest.length > 0 ? ` And ${counted(rest.length)} more weren’t saved.` : ''}`;
}

/** Warning to confirm before a change that cannot be taken back; null where applying it can be undone. */
export function askFirst({ procedure, input }: Handover): string | null {
  if (procedure === 'roles.delete' || procedure === 'userRoles.delete')
    return 'The role is removed for everyone. Its history stays in the log.';
  if (procedure === 'administrators.delete')
    return input['hard'] === true
      ? 'The account is deleted permanently, and their sessions end immediately.'
      : 'They can no longer sign in, and their sessions end immediately.';
  if (procedure === 'administrators.suspend')
    return 'They can’t sign in, and their sessions end immediately.';
  if (procedure === 'administrators.reset2fa')
    return 'Their authenticator and recovery codes stop working, and their sessions end immediately.';
  if (procedure === 'administrators.revokeSessions' || procedure === 'roles.revokeSessions')
    return 'Open sessions end immediately on every device.';
  return null;
}
