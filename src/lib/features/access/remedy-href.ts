import type { DocumentName } from '$lib/protocol/documents';
import type { CanAnswer } from './access-answers.svelte';

type Remedy = Pick<CanAnswer['remedies'][number], 'kind' | 'role'>;

/**
 * Address at which a step is taken that would let somebody do something; null: nowhere that whoever looks may go.
 * @param mayRead as `Session.mayRead`: a page that shows a document is open to those who may read it
 */
export function remedyHref(
  { kind, role }: Remedy,
  subject: Pick<NonNullable<CanAnswer['subject']>, 'type' | 'id'> | null,
  mayRead: (document: DocumentName) => boolean
): string | null {
  if (kind === 'add') {
    if (!role) return null;
    if (subject?.type === 'user') return mayRead('userRoles') ? `/roles/${role.id}?for=users` : null;
    return mayRead('roles') ? `/roles/${role.id}` : null;
  }
  if (kind === 'resume') return mayRead('gauges') ? '/sending' : null;
  if (!subject || kind === 'owner' || kind === 'sign-in') return null;
  const { type, id } = subject;
  if (type === 'application') return mayRead('applications') ? `/applications/${id}` : null;
  if (type === 'user') return mayRead('users') ? `/users/${id}` : null;
  return mayRead('people') ? `/administrators/${id}` : null;
}
