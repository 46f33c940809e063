import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { LogView } from './log-query';

/** Title of a view of the log, the permission that reading it requires, and the label of its search. */
export const VIEW_WORDS: Readonly<
  Record<LogView, { title: string; permission: PermissionId; search: string }>
> = {
  authentication: {
    title: 'Authentication logs',
    permission: 'tools.authentication_log.view',
    search: 'Search authentication logs'
  },
  activity: {
    title: 'Activity logs',
    permission: 'tools.activity_log.view',
    search: 'Search activity logs'
  }
};
