import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { AccessQuestion } from '$lib/shared/access/access-query';

/** The questions of the page, in the order of its tabs. */
export const TABS: readonly { id: AccessQuestion; label: string }[] = [
  { id: 'can', label: 'Can … do …?' },
  { id: 'who', label: 'Who can …?' },
  { id: 'what', label: 'What can …?' },
  { id: 'since', label: 'What changed?' }
];

/** Permissions that each question requires. */
export const QUESTION_PERMISSIONS: Record<AccessQuestion, readonly PermissionId[]> = {
  can: ['tools.decisions.explain'],
  who: ['tools.decisions.search'],
  what: ['tools.decisions.search'],
  since: ['tools.decisions.explain', 'tools.activity_log.view']
};
